"""What the address of each page names, and so what somebody of another unit is answered."""

from __future__ import annotations

THEIRS = frozenset(
    """
    admin_add_number admin_answer_correction admin_edit_person admin_end_role admin_end_sign_ins admin_grant_role admin_make_code
    admin_move_unit admin_person admin_rename_unit admin_set_post admin_unit
    answer answer_file attempt attempt_summary autosave autosave_all submit_attempt
    assess_decide assess_person assess_prior_document assess_record assess_request assessment_document
    assignments_end assignments_give assignments_move assignments_person
    claim claim_change claim_document claim_edit claim_submit claim_withdraw
    hr_assignment hr_assignment_change hr_assignment_end hr_assignment_resume hr_bulk_batch hr_bulk_resume hr_bulk_undo
    hr_certificate_pdf hr_competency hr_delete_columns hr_ledger hr_person hr_professionalism hr_withdraw hr_withdrawal
    job_cancel job_file level_act level_piece
    mentoring_act mentoring_confirm mentoring_goal_change mentoring_goal_edit mentoring_goal_judge mentoring_goal_new
    mentoring_goal_set mentoring_meeting_change mentoring_meeting_decide mentoring_meeting_edit mentoring_meeting_log
    mentoring_meeting_new mentoring_name mentoring_pair mentoring_result
    organise_add organise_apply organise_attendance organise_cancel organise_change organise_close organise_code organise_copy
    organise_edit organise_participants organise_plan organise_publish organise_record organise_remove organise_reopen
    organise_screen organise_sheet organise_template organise_training organise_upload
    prior_change prior_document prior_edit prior_request prior_withdraw
    studio_grade studio_mark studio_override_removal studio_remove_override
    team_approve team_take_back team_certificate_pdf team_competency team_confirm team_confirmed team_person team_training_decide
    training training_calendar training_check_in training_sign_off training_sign_up
    verification_claim verification_decide verification_document withdraw_correction
    """.split()
)
"""They name something of a unit or a person: those of another unit are refused, every role."""

OF_THE_WHOLE = frozenset(
    """
    admin_change_duty admin_change_figure admin_change_measure admin_restore_figures
    framework_change_requirement framework_competency framework_file framework_remove_requirement framework_rename
    framework_requirement framework_requirements_file framework_retire framework_retirement framework_return framework_save
    framework_succeed framework_version
    studio_add studio_add_media studio_analyse studio_autosave studio_check
    studio_check_import studio_compare studio_course studio_delete studio_do_add studio_do_delete studio_do_publish
    studio_do_restore studio_download_quiz studio_export studio_export_quiz studio_file studio_import studio_media studio_order
    studio_preview studio_preview_module studio_preview_quiz studio_publish studio_published studio_regrade studio_regrade_now
    studio_render studio_restore studio_save studio_show_media studio_take_import studio_versions
    """.split()
)
"""They name something that all units share (a course, the framework, a figure): a role on one unit, or on
another course, does not reach it."""

SHOWN = {
    **dict.fromkeys(
        """badge_achievement course module quiz enrol complete_module remember_place start_attempt more_time ask_more_time claim_form
        claim_create competency certificate certificate_badge certificate_pdf""".split(),
        "courses, forms and the framework are for everybody, and what is done there is one's own",
    ),
    "training_here": "who scans the code in the hall and is on no list is told so, without a word of the training",
    **dict.fromkeys(
        "badge_status media_file static_file verify".split(),
        "it is public, and holds no more than its address",
    ),
    **dict.fromkeys(
        """admin_import_errors admin_import_template hr_levels_template hr_records_template hr_siasn_people_template
        hr_siasn_results_template studio_override_template""".split(),
        "a sheet to fill in, or the mistakes of the sheet that was just sent",
    ),
    **dict.fromkeys(
        "hr_list_download hr_match_download admin_duty admin_figure admin_measure".split(),
        "lists and figures of the units that one reaches",
    ),
    **dict.fromkeys(
        """studio_apply_overrides studio_attempts_export studio_grading studio_override studio_override_sheet studio_overrides studio_plan_overrides studio_question_results
        studio_quiz_attempts studio_quiz_results studio_results studio_running studio_set_override""".split(),
        "what people of one's own unit did in a course",
    ),
}
"""They may be opened, for the reason beside them: nothing of the other unit stands there."""
