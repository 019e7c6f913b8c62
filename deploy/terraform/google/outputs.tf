# What goes into the platform's .env, and what is needed elsewhere: terraform output -raw profile

locals {
  profile = merge(
    {
      GCP_PROJECT_ID        = var.project_id
      UBALL_VIDEOS_URL      = "gs://${google_storage_bucket.videos.name}"
      UBALL_TRAINING_URL    = "gs://${google_storage_bucket.training.name}"
      UBALL_TRAINER         = "vertex"
      UBALL_TUNING_LOCATION = var.region
    },
    var.supabase_url == "" ? {} : {
      UBALL_PLAYS_URL = "supabase"
      SUPABASE_URL    = var.supabase_url
    },
    var.use_transfer_service ? { UBALL_COPY_ENGINE = "sts" } : {},
  )
}

output "profile" {
  description = "The platform's settings, without secrets: lines of a .env file."
  value       = join("\n", [for name, value in local.profile : "${name}=${value}"])
}

output "secrets" {
  description = "Environment variable to the secret that holds it."
  value       = { for name, secret in google_secret_manager_secret.named : name => secret.secret_id }
}

output "platform_account" {
  description = "To attach to the machine that runs Dagster, or to act as from a laptop."
  value       = google_service_account.platform.email
}

output "league_app_account" {
  description = "For the league's app."
  value       = google_service_account.league_app.email
}

output "transfer_subject_id" {
  description = "For ../aws, so that Storage Transfer Service may read the S3 bucket without a key."
  value       = one(data.google_storage_transfer_project_service_account.this[*].subject_id)
}
