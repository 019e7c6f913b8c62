# What differs from league to league.

variable "source_bucket" {
  description = "Name of the bucket where raw videos arrive. It exists already; nothing in it is changed."
  type        = string
}

variable "region" {
  description = "The bucket's region: UBALL_AWS_REGION."
  type        = string
}

variable "transfer_subject_id" {
  description = "Output of ../google, for UBALL_COPY_ENGINE=sts; empty: nobody but the platform reads."
  type        = string
  default     = ""
}

variable "own_lifecycle" {
  description = "Whether this sets the bucket's lifecycle. It REPLACES all rules that are there: look first."
  type        = bool
  default     = false
}
