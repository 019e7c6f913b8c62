# The two buckets. Nothing in them is public, access is by IAM alone, and Terraform never deletes them.

resource "google_storage_bucket" "videos" {
  project                     = var.project_id
  name                        = var.videos_bucket
  location                    = var.region
  storage_class               = "STANDARD"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  # A video is created once and never replaced, so versions would keep nothing. Soft delete costs nothing until
  # somebody deletes a game by mistake; then a week is left to bring it back.
  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  # What is not read for a quarter year is a game that was learned. It can still be read at once.
  lifecycle_rule {
    action {
      type          = "SetStorageClass"
      storage_class = "NEARLINE"
    }
    condition {
      age            = 90
      matches_prefix = ["Games/"]
    }
  }

  # A season later hardly anybody looks at it. It can still be read at once, at a price for each read.
  lifecycle_rule {
    action {
      type          = "SetStorageClass"
      storage_class = "COLDLINE"
    }
    condition {
      age            = 365
      matches_prefix = ["Games/"]
    }
  }

  # Parts of killed uploads by tools that upload in parts: nobody sees them, and they are billed.
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }

  # What a killed `uball doctor` left.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 1
      matches_prefix = ["doctor/"]
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.needed]
}

resource "google_storage_bucket" "training" {
  project                     = var.project_id
  name                        = var.training_bucket
  location                    = var.region
  storage_class               = "STANDARD"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  # Off, for it cannot be told apart by folder: every output of a batch would be billed for a week more.
  # Versions do its work here, and the rules below say for how long.
  soft_delete_policy {
    retention_duration_seconds = 0
  }

  # The record is append-only and clips are named by a contract: a deleted or replaced one can be brought back.
  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 30
    }
  }

  # A batch's questions and answers are in the annotations within a day or three; a month is for looking back.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 30
      matches_prefix = ["batches/"]
      with_state     = "LIVE"
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 1
      matches_prefix             = ["batches/", "doctor/"]
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 1
      matches_prefix = ["doctor/"]
      with_state     = "LIVE"
    }
  }

  # Off unless asked for: a cumulative training reads every game's clips again, and Coldline bills each read.
  dynamic "lifecycle_rule" {
    for_each = var.training_to_coldline ? ["games/"] : []

    content {
      action {
        type          = "SetStorageClass"
        storage_class = "COLDLINE"
      }
      condition {
        age            = 365
        matches_prefix = [lifecycle_rule.value]
        with_state     = "LIVE"
      }
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.needed]
}

# Folders of the training bucket that somebody else than the platform may use.

resource "google_storage_managed_folder" "games" {
  bucket = google_storage_bucket.training.name
  name   = "games/"
}

resource "google_storage_managed_folder" "batches" {
  bucket = google_storage_bucket.training.name
  name   = "batches/"
}
