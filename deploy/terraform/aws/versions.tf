# Reading the S3 bucket where raw videos arrive. Apart from ../google: a league without S3 never needs it.
terraform {
  required_version = ">= 1.9, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.25, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region
}
