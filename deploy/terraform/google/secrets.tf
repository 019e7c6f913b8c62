# Secrets by name. Their values never pass through Terraform, whose state would keep them in clear:
#   gcloud secrets versions add uball-supabase-service-key --data-file=-

resource "google_secret_manager_secret" "named" {
  for_each = var.secrets

  project   = var.project_id
  secret_id = "uball-${replace(lower(each.value), "_", "-")}"

  replication {
    auto {}
  }

  depends_on = [google_project_service.needed]
}
