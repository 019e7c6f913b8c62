# What this is built with. The state belongs in a bucket of your own: terraform init -backend-config=...
# No secret is ever in it: secrets are made empty here, their values are added by hand (secrets.tf).
terraform {
  required_version = ">= 1.9, < 2.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 7.0"
    }
  }
}

provider "google" {
  project = var.project_id
  region  = var.region
}
