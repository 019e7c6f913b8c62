"""Accounts and addresses of the cloud's services.

Belongs here: whose they are and where. Not here: which of them is used (each group's own address).
"""

from __future__ import annotations

from pydantic import (
    BaseModel,
    Field,
    SecretStr,
)


class CloudSettings(BaseModel):
    gcp_project_id: str | None = Field(
        default=None, validation_alias="GCP_PROJECT_ID", description="Whose Vertex AI and buckets these are."
    )
    aws_region: str | None = Field(
        default=None, description="The S3 bucket's region. Empty: as the AWS configuration says."
    )
    vertex_url: str = Field(
        default="",
        description="Another address of Vertex AI: a private endpoint, or a test server. Empty: Google's.",
    )
    vertex_token: SecretStr | None = Field(
        default=None, description="For UBALL_VERTEX_URL alone. Empty: Google's standard credentials."
    )
