"""Addresses of decks and reviews; a page's address, view, template and test share one word."""

from django.urls import path

from cards.views import (
    card,
    cards,
    class_days,
    class_student,
    classes,
    deck_exam,
    decks,
    do_now,
    home,
    motives,
    offline,
    own,
    printing,
    review,
    school_class,
    stats,
    teach,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("break/", home.break_plan, name="break_plan"),
    path("break/end/", home.break_end, name="break_end"),
    # print
    path("print/exam-eve/", printing.print_exam_eve, name="print_exam_eve"),
    path("print/motives/", printing.print_motives, name="print_motives"),
    path("print/cards/", printing.print_cards, name="print_cards"),
    # decks
    path("decks/<slug:slug>/review/", review.deck_review, name="deck_review"),
    path("decks/<slug:slug>/exam/", deck_exam.deck_exam, name="deck_exam"),
    path("decks/<slug:slug>/exam/remove/", deck_exam.deck_exam_remove, name="deck_exam_remove"),
    path("decks/<slug:slug>/pick/", decks.deck_pick, name="deck_pick"),
    path("decks/<slug:slug>/drop/", decks.deck_drop, name="deck_drop"),
    path("board/", decks.board_pick, name="board_pick"),
    # a teacher's classes
    path("teach/", teach.teach, name="teach"),
    path("classes/new/", classes.class_new, name="class_new"),
    path("classes/<int:pk>/days/", class_days.class_days, name="class_days"),
    path("classes/<int:pk>/decks/", classes.class_decks, name="class_decks"),
    path("classes/<int:pk>/decks/<int:assignment>/", classes.class_deck, name="class_deck"),
    path("classes/<int:pk>/decks/<int:assignment>/remove/", classes.class_deck_remove, name="class_deck_remove"),
    path("classes/<int:pk>/move-up/", classes.class_move_up, name="class_move_up"),
    # cards
    path("cards/", cards.cards, name="cards"),
    path("cards/<int:pk>/", card.card, name="card"),
    path("cards/<int:pk>/hide/", card.card_hide, name="card_hide"),
    path("cards/<int:pk>/note/", card.card_note, name="card_note"),
    path("cards/<int:pk>/flag/", card.card_flag, name="card_flag"),
    # her own cards
    path("own/", own.own_cards, name="own_cards"),
    path("own/new/", own.own_card_new, name="own_card_new"),
    path("own/export/", own.own_cards_export, name="own_cards_export"),
    path("own/<int:pk>/", own.own_card, name="own_card"),
    path("own/<int:pk>/delete/", own.own_card_delete, name="own_card_delete"),
    # motives
    path("motives/", motives.motives, name="motives"),
    path("motives/<slug:code>/", motives.motive, name="motive"),
    # classes
    path("classes/<int:pk>/", school_class.school_class, name="school_class"),
    path("classes/<int:pk>/<slug:table>.csv", school_class.class_csv, name="class_csv"),
    path("classes/<int:pk>/students/<int:user_pk>/", class_student.class_student, name="class_student"),
    path("classes/<int:pk>/cards/<int:card_pk>/", class_student.class_card, name="class_card"),
    path("classes/<int:pk>/flags/<int:flag_pk>/settle/", school_class.class_flag_settle, name="class_flag_settle"),
    path("classes/<int:pk>/do-now/", do_now.do_now, name="do_now"),
    path("classes/<int:pk>/do-now/sheet/", do_now.do_now_sheet, name="do_now_sheet"),
    # stats
    path("stats/", stats.stats, name="stats"),
    # review
    path("review/", review.review, name="review"),
    path("review/answer/", review.review_answer, name="review_answer"),
    path("review/undo/", review.review_undo, name="review_undo"),
    path("practice/", review.practice, name="practice"),
    path("review/mistake/", review.review_mistake, name="review_mistake"),
    path("review/more/", review.review_more, name="review_more"),
    path("review/everything/", review.review_everything, name="review_everything"),
    # offline
    path("offline/<str:language>/", offline.offline, name="offline"),
    path("review/offline/", offline.offline_cards, name="offline_cards"),
    path("review/offline/answer/", offline.offline_answer, name="offline_answer"),
    path("sw.<str:language>.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
]
