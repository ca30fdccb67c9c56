"""The addresses of a teacher’s pages; each is tried in test_every_teacher_page."""

AS_TEACHER = {
    "teach": "/teach/",
    "school_class": "/classes/{school_class}/",
    "class_student": "/classes/{school_class}/students/{student}/",
    "class_card": "/classes/{school_class}/cards/{card}/",
    "do_now": "/classes/{school_class}/do-now/",
    "do_now_sheet": "/classes/{school_class}/do-now/sheet/",
    "class_new": "/classes/new/",
    "class_decks": "/classes/{school_class}/decks/",
    "class_deck": "/classes/{school_class}/decks/{assignment}/",
    "class_deck_remove": "/classes/{school_class}/decks/{assignment}/remove/",
    "class_days": "/classes/{school_class}/days/",
    "class_move_up": "/classes/{school_class}/move-up/",
    "class_students": "/classes/{school_class}/students/",
    "students_add": "/classes/{school_class}/students/add/",
    "students_make": "/classes/{school_class}/students/make/",
    "students_move": "/classes/{school_class}/students/move/?all",
    "students_remove": "/classes/{school_class}/students/remove/",
    "students_excuse": "/classes/{school_class}/students/excuse/",
    "class_log_ins": "/classes/{school_class}/log-ins/",
    "class_archive": "/classes/{school_class}/archive/",
}
