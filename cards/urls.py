"""Addresses of decks and reviews; a page's address, view, template and test share one word."""

from django.urls import path

from cards.views import decks, home, motives, own, review

urlpatterns = [
    path("", home.home, name="home"),
    # decks
    path("decks/<slug:slug>/review/", review.deck_review, name="deck_review"),
    path("decks/<slug:slug>/pick/", decks.deck_pick, name="deck_pick"),
    path("decks/<slug:slug>/drop/", decks.deck_drop, name="deck_drop"),
    path("board/", decks.board_pick, name="board_pick"),
    # her own cards
    path("own/", own.own_cards, name="own_cards"),
    path("own/new/", own.own_card_new, name="own_card_new"),
    path("own/export/", own.own_cards_export, name="own_cards_export"),
    path("own/<int:pk>/", own.own_card, name="own_card"),
    path("own/<int:pk>/delete/", own.own_card_delete, name="own_card_delete"),
    # motives
    path("motives/", motives.motives, name="motives"),
    path("motives/<slug:code>/", motives.motive, name="motive"),
    # review
    path("review/", review.review, name="review"),
    path("review/answer/", review.review_answer, name="review_answer"),
    path("review/undo/", review.review_undo, name="review_undo"),
    path("review/mistake/", review.review_mistake, name="review_mistake"),
    path("review/everything/", review.review_everything, name="review_everything"),
]
