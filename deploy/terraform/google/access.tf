# Who may do what, one grant a block. The table in docs/cloud.md says the same, and a test holds the two equal.
# Every grant is on one bucket, folder, secret or account, except the two that Google has on projects only.

resource "google_storage_bucket_iam_member" "platform_videos" {
  bucket = google_storage_bucket.videos.name
  role   = "roles/storage.objectUser"
  member = google_service_account.platform.member
}

resource "google_storage_bucket_iam_member" "platform_training" {
  bucket = google_storage_bucket.training.name
  role   = "roles/storage.objectUser"
  member = google_service_account.platform.member
}

# Exactly the calls of uball_assets/adapters/vertex. roles/aiplatform.user would also run anybody's code.
resource "google_project_iam_custom_role" "vertex_caller" {
  project     = var.project_id
  role_id     = "uballVertexCaller"
  title       = "uball: tune, ask and batch"
  description = "Tuning and batch jobs, and questions to tuned models. No datasets, notebooks, custom jobs."
  permissions = [
    "aiplatform.batchPredictionJobs.cancel",
    "aiplatform.batchPredictionJobs.create",
    "aiplatform.batchPredictionJobs.get",
    "aiplatform.batchPredictionJobs.list",
    "aiplatform.endpoints.get",
    "aiplatform.endpoints.list",
    "aiplatform.endpoints.predict",
    "aiplatform.models.get",
    "aiplatform.models.list",
    "aiplatform.tuningJobs.cancel",
    "aiplatform.tuningJobs.create",
    "aiplatform.tuningJobs.get",
    "aiplatform.tuningJobs.list",
  ]
}

resource "google_project_iam_member" "platform_vertex" {
  project = var.project_id
  role    = google_project_iam_custom_role.vertex_caller.name
  member  = google_service_account.platform.member
}

resource "google_storage_managed_folder_iam_member" "league_app_games" {
  bucket         = google_storage_bucket.training.name
  managed_folder = google_storage_managed_folder.games.name
  role           = "roles/storage.objectViewer"
  member         = google_service_account.league_app.member
}

resource "google_storage_bucket_iam_member" "vertex_agents_training" {
  for_each = var.vertex_agents

  bucket = google_storage_bucket.training.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:service-${data.google_project.this.number}@${each.value}.iam.gserviceaccount.com"
}

resource "google_storage_managed_folder_iam_member" "vertex_agents_batches" {
  for_each = var.vertex_agents

  bucket         = google_storage_bucket.training.name
  managed_folder = google_storage_managed_folder.batches.name
  role           = "roles/storage.objectUser"
  member         = "serviceAccount:service-${data.google_project.this.number}@${each.value}.iam.gserviceaccount.com"
}

resource "google_secret_manager_secret_iam_member" "platform_secrets" {
  for_each = var.secrets

  project   = var.project_id
  secret_id = google_secret_manager_secret.named[each.value].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.platform.member
}

resource "google_service_account_iam_member" "people_as_platform" {
  for_each = var.people

  service_account_id = google_service_account.platform.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = each.value
}

# Only with kubernetes_accounts: pods of such an account act as the platform, without a key.
resource "google_service_account_iam_member" "kubernetes_as_platform" {
  for_each = var.kubernetes_accounts

  service_account_id = google_service_account.platform.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project_id}.svc.id.goog[${each.value}]"
}

# Only with use_transfer_service.

resource "google_project_iam_member" "platform_transfers" {
  count = var.use_transfer_service ? 1 : 0

  project = var.project_id
  role    = "roles/storagetransfer.user"
  member  = google_service_account.platform.member
}

resource "google_storage_bucket_iam_member" "transfer_agent_bucket" {
  count = var.use_transfer_service ? 1 : 0

  bucket = google_storage_bucket.videos.name
  role   = "roles/storage.legacyBucketReader"
  member = data.google_storage_transfer_project_service_account.this[0].member
}

resource "google_storage_bucket_iam_member" "transfer_agent_objects" {
  count = var.use_transfer_service ? 1 : 0

  bucket = google_storage_bucket.videos.name
  role   = "roles/storage.objectUser"
  member = data.google_storage_transfer_project_service_account.this[0].member
}
