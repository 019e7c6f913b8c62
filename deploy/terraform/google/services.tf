# The interfaces of Google Cloud that the platform calls. Left on when this is destroyed: others may use them.

resource "google_project_service" "needed" {
  for_each = toset(concat(
    ["aiplatform.googleapis.com", "iam.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com"],
    # a person acts as the platform through it
    ["iamcredentials.googleapis.com"],
    var.use_transfer_service ? ["storagetransfer.googleapis.com"] : [],
  ))

  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}

data "google_project" "this" {
  project_id = var.project_id
}
