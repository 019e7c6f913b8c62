# What differs from league to league. Only the first three have no default.

variable "project_id" {
  description = "The Google project that pays and owns everything here."
  type        = string
}

variable "videos_bucket" {
  description = "Name of the bucket for games' videos; unique in the world."
  type        = string
}

variable "training_bucket" {
  description = "Name of the bucket for clips, examples, models and the record; unique in the world."
  type        = string

  validation {
    condition     = var.training_bucket != var.videos_bucket
    error_message = "Videos and training data need a bucket each: other people may do other things with them."
  }
}

variable "region" {
  description = "Where the buckets stand and models are tuned: bytes that stay in a region travel for nothing."
  type        = string
  default     = "us-central1"

  validation {
    condition     = contains(["us-central1", "europe-west4"], var.region)
    error_message = "Gemini 3 is tuned in us-central1 and europe-west4 only."
  }
}

variable "supabase_url" {
  description = "https://<project>.supabase.co, only to print it in the profile; empty: not printed."
  type        = string
  default     = ""
}

variable "secrets" {
  description = "Environment variables whose values are kept in Secret Manager. Add AWS_SECRET_ACCESS_KEY for S3."
  type        = set(string)
  default     = ["SUPABASE_SERVICE_KEY"]
}

variable "people" {
  description = "Who may act as the platform from a laptop, as user:a@b.org or group:c@b.org."
  type        = set(string)
  default     = []
}

variable "vertex_agents" {
  description = "Vertex AI's own accounts. Add gcp-sa-vertex-tune once a first tuning job has made it."
  type        = set(string)
  default     = ["gcp-sa-aiplatform"]
}

variable "kubernetes_accounts" {
  description = "Service accounts of a cluster in this project that act as the platform, as namespace/name (deploy/kubernetes: uball/uball)."
  type        = set(string)
  default     = []
}

variable "use_transfer_service" {
  description = "Whether Storage Transfer Service may copy into the videos bucket (UBALL_COPY_ENGINE=sts)."
  type        = bool
  default     = false
}

variable "training_to_coldline" {
  description = "Whether clips and examples go to Coldline after 365 days. Only where models no longer train on them."
  type        = bool
  default     = false
}
