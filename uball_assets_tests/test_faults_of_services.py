"""Every fault of the league's services, and what it costs: a retry or a clear error, never data.

The table is for reading; each line names the test that brings the fault about and watches the outcome
(`make test-services` runs those). A test that is renamed or gone fails here.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent


class Fault(NamedTuple):
    service: str
    fault: str
    outcome: str
    shown_by: str


TABLE = [
    Fault("buckets", "429 and 503, for a while", "retried", "cloud/test_refusals.py::test_a_storm_that_passes_is_waited_out"),
    Fault("buckets", "429 and 503, for good", "Transient: try later", "cloud/test_refusals.py::test_a_storm_that_does_not_pass_may_be_tried_later"),
    Fault("buckets", "an answer breaks off", "retried", "cloud/test_refusals.py::test_a_body_that_breaks_off_is_asked_for_again"),
    Fault("buckets", "damaged bytes arrive", "read again, never given", "cloud/test_refusals.py::test_bytes_that_are_not_the_object_s_are_never_given"),
    Fault("buckets", "credentials expire", "Permanent: how to log in", "cloud/test_refusals.py::test_credentials_that_expired_say_so"),
    Fault("buckets", "a create's answer is lost", "known as one's own", "cloud/test_refusals.py::test_a_create_whose_answer_was_lost_is_no_second_one"),
    Fault("buckets", "412: two writers race", "one wins, the other is told", "contracts/test_object_store.py::test_of_eight_racing_processes_exactly_one_creates"),
    Fault("the record", "412: two writers race", "both recorded, no gap", "contracts/test_registry.py::test_four_racing_writers_leave_no_gap_and_no_duplicate"),
    Fault("S3 to GCS", "cut in mid-upload, 429, 503, answers lost, damaged bytes", "goes on where it was, byte for byte", "cloud/test_copy_faults.py::test_a_fault_costs_a_retry_and_never_a_byte"),
    Fault("S3 to GCS", "SIGKILL at any moment", "goes on where it was", "cloud/test_copy_faults.py::test_a_killed_copy_goes_on_where_it_stopped"),
    Fault("S3 to GCS", "the source is replaced meanwhile", "an error, never mixed", "cloud/test_copy_faults.py::test_a_source_replaced_in_the_middle_is_never_mixed"),
    Fault("S3 to GCS", "412: another writer was first", "compared, never overwritten", "cloud/test_copy_faults.py::test_a_writer_that_was_first_is_looked_at_and_never_overwritten"),
    Fault("Supabase", "429, 5xx, HTML instead of JSON, cut, slow", "retried, then named", "cloud/test_supabase.py::test_a_passing_fault_costs_a_retry_and_a_lasting_one_is_named"),
    Fault("Supabase", "a page is cut short, or capped", "all rows arrive", "cloud/test_supabase.py::test_all_plays_arrive_whatever_the_server_s_cap"),
    Fault("Supabase", "a play comes or goes between pages", "read again", "cloud/test_supabase.py::test_a_play_that_comes_or_goes_between_two_pages_makes_it_read_again"),
    Fault("Supabase", "a play is edited during the export", "seen by the next look", "cloud/test_supabase.py::test_an_edit_during_the_export_is_seen_by_the_next_look"),
    Fault("Supabase", "no plays because of RLS, no table, no right, unknown key", "an error of its own each", "cloud/test_supabase.py::test_each_cause_has_its_own_error"),
    Fault("Supabase", "a write's answer is lost", "written once", "cloud/test_supabase.py::test_a_write_whose_answer_is_lost_is_written_once"),
    Fault("tuning", "429, 500, 503 while polling", "retried", "cloud/vertex/test_vertex_tuning.py::test_a_storm_of_refusals_while_polling_costs_retries"),
    Fault("tuning", "a token expires", "renewed once, nothing sent twice", "cloud/vertex/test_vertex_tuning.py::test_an_expired_token_is_renewed_once_where_it_can_be_and_nothing_is_submitted_twice"),
    Fault("tuning", "a token stays refused", "Permanent: how to log in", "cloud/vertex/test_vertex_tuning.py::test_a_token_that_stays_refused_is_permanent_and_says_how_to_log_in"),
    Fault("tuning", "the job fails, expires, is cancelled", "told, unbilled; a new submit is a new job", "cloud/vertex/test_vertex_tuning.py::test_every_bad_end_is_told_costs_nothing_and_a_new_submit_makes_a_new_job"),
    Fault("tuning", "the job is stuck", "cancelled, failed", "cloud/vertex/test_vertex_tuning.py::test_a_job_without_progress_is_cancelled_and_has_failed_even_if_another_process_looks_first"),
    Fault("tuning", "12 % of the examples dropped", "the job fails unbilled; 10 % are counted", "cloud/vertex/test_vertex_tuning.py::test_dropped_examples_are_counted_and_named_and_too_many_fail_the_job_unbilled"),
    Fault("tuning", "SIGKILL between 'about to submit' and 'submitted'", "one job", "cloud/vertex/test_submit_once.py::test_killed_at_any_moment_again_and_again_there_is_one_job_in_the_end"),
    Fault("tuning", "the submit's answer is cut off", "the job is found", "cloud/vertex/test_submit_once.py::test_an_answer_that_is_cut_off_is_no_reason_to_submit_again"),
    Fault("tuning", "two processes submit", "one job, both have it", "cloud/vertex/test_submit_once.py::test_of_processes_that_race_one_submits_and_all_have_the_same_job"),
    Fault("answers", "429 and 503", "time, and no answer", "cloud/vertex/test_vertex_serving.py::test_a_storm_of_refusals_costs_time_and_no_answer"),
    Fault("answers", "garbled answers", "asked once more with a schema", "cloud/vertex/test_vertex_serving.py::test_a_garbled_answer_comes_whole_when_it_is_held_to_the_schema"),
    Fault("answers", "cut off, blocked, all thoughts, `[]`", "every token counted is billed; `[]` is an answer; asked once, ever", "cloud/vertex/test_vertex_batch.py::test_every_token_that_the_service_counts_is_billed_whatever_became_of_the_answer"),
    Fault("answers", "rows of a batch fail", "their clips are asked by themselves", "cloud/vertex/test_vertex_batch.py::test_what_a_batch_could_not_answer_is_asked_once_more_online_with_the_schema_and_all_is_billed"),
    Fault("answers", "SIGKILL during a batch", "found again, paid once", "cloud/vertex/test_vertex_batch.py::test_a_batch_whose_process_was_killed_is_found_again_and_waited_for"),
    Fault("BigQuery", "401, 403, 429, 5xx, two writers at once", "an error of its own each", "cloud/test_bigquery.py::test_a_refusal_is_an_error_of_its_kind"),
    Fault("BigQuery", "it is away", "ServiceDown: try later", "cloud/test_bigquery.py::test_a_service_that_is_away_is_down"),
    Fault("BigQuery", "the dataset is not there", "Permanent: how to make it", "cloud/test_bigquery.py::test_a_dataset_that_is_not_there_is_named_with_the_remedy"),
    Fault("MLflow", "it is down", "a warning, never a training", "adapters/tracking/test_tracking.py::test_a_server_that_is_down_costs_a_warning"),
    Fault("MLflow", "it stalls", "a warning within its limit", "adapters/tracking/test_tracking.py::test_a_run_is_on_a_real_server_and_a_server_that_stalls_or_is_down_costs_a_warning"),
    Fault("all", "secrets in the settings", "in no log, report, exception or event", "cloud/test_cloud_demo.py::test_the_demo_in_the_cloud_ends_with_the_numbers_of_the_laptop_and_tells_no_secret"),
    Fault("all", "a service refuses or is away", "the run fails, and tells no secret", "cloud/test_cloud_demo.py::test_a_service_that_refuses_or_is_away_makes_nobody_tell_a_secret"),
]  # fmt: skip


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line.service}: {line.fault}")
def test_every_fault_has_a_test_that_shows_its_outcome(line: Fault) -> None:
    file, _, name = line.shown_by.partition("::")
    tree = ast.parse((HERE / file).read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
