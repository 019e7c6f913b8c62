# Who may read the source: list the bucket and get its objects, nothing else, and never write.

data "aws_s3_bucket" "source" {
  bucket = var.source_bucket
}

data "aws_iam_policy_document" "read_source" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
    resources = [data.aws_s3_bucket.source.arn]
  }

  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${data.aws_s3_bucket.source.arn}/*"]
  }
}

resource "aws_iam_policy" "read_source" {
  name        = "uball-read-source"
  description = "Lists and reads the bucket where the league's raw videos arrive."
  policy      = data.aws_iam_policy_document.read_source.json
}

# For a platform outside AWS. Its key is made by hand (aws iam create-access-key) and goes to Secret Manager:
# made here, it would stand in Terraform's state in clear. Inside AWS attach the policy to the machine's role.
resource "aws_iam_user" "platform" {
  name = "uball-platform"
}

resource "aws_iam_user_policy_attachment" "platform_source" {
  user       = aws_iam_user.platform.name
  policy_arn = aws_iam_policy.read_source.arn
}

# Google's transfer agent proves who it is by its token; there is no key.

data "aws_iam_policy_document" "transfer_agent" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["accounts.google.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "accounts.google.com:sub"
      values   = [var.transfer_subject_id]
    }
  }
}

resource "aws_iam_role" "transfer_agent" {
  count = var.transfer_subject_id == "" ? 0 : 1

  name               = "uball-transfer-agent"
  assume_role_policy = data.aws_iam_policy_document.transfer_agent.json
}

resource "aws_iam_role_policy_attachment" "transfer_agent_source" {
  count = var.transfer_subject_id == "" ? 0 : 1

  role       = aws_iam_role.transfer_agent[0].name
  policy_arn = aws_iam_policy.read_source.arn
}

# Parts of killed uploads: nobody sees them, and S3 bills them. And what Coldline is at Google: a year-old video
# costs less to keep and more to read. GLACIER_IR is read at once; from GLACIER it would have to be restored first.
resource "aws_s3_bucket_lifecycle_configuration" "source" {
  count = var.own_lifecycle ? 1 : 0

  bucket = data.aws_s3_bucket.source.id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "cold-after-a-year"
    status = "Enabled"

    filter {}

    transition {
      days          = 365
      storage_class = "GLACIER_IR"
    }
  }
}
