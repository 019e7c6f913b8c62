# Who exists. No keys are made: a machine of Google's has its account attached, a person acts as the platform.

resource "google_service_account" "platform" {
  project      = var.project_id
  account_id   = "uball-platform"
  display_name = "uball: Dagster, its runs and the commands"

  depends_on = [google_project_service.needed]
}

resource "google_service_account" "league_app" {
  project      = var.project_id
  account_id   = "uball-league-app"
  display_name = "uball: the league's app, which shows clips and annotations"

  depends_on = [google_project_service.needed]
}

# Storage Transfer Service's own account in this project; asking for it makes it.
data "google_storage_transfer_project_service_account" "this" {
  count   = var.use_transfer_service ? 1 : 0
  project = var.project_id

  depends_on = [google_project_service.needed]
}
