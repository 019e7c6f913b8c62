# What goes into the platform's .env, and what a transfer is made with: terraform output -raw profile

output "profile" {
  description = "The platform's settings for this source, without secrets: lines of a .env file."
  value       = "UBALL_SOURCE_URL=s3://${var.source_bucket}\nUBALL_AWS_REGION=${var.region}"
}

output "transfer_role_arn" {
  description = "The role that Storage Transfer Service reads with; null without it."
  value       = one(aws_iam_role.transfer_agent[*].arn)
}
