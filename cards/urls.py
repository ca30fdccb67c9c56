"""Addresses of decks and reviews; a page's address, view, template and test share one word."""

from django.urls import path

from cards.views import decks, home, motives, review, stats

urlpatterns = [
    path("", home.home, name="home"),
    # decks
    path("decks/<slug:slug>/review/", review.deck_review, name="deck_review"),
    path("decks/<slug:slug>/pick/", decks.deck_pick, name="deck_pick"),
    path("decks/<slug:slug>/drop/", decks.deck_drop, name="deck_drop"),
    path("board/", decks.board_pick, name="board_pick"),
    # motives
    path("motives/", motives.motives, name="motives"),
    path("motives/<slug:code>/", motives.motive, name="motive"),
    # stats
    path("stats/", stats.stats, name="stats"),
    # review
    path("review/", review.review, name="review"),
    path("review/answer/", review.review_answer, name="review_answer"),
    path("review/undo/", review.review_undo, name="review_undo"),
    path("review/mistake/", review.review_mistake, name="review_mistake"),
    path("review/everything/", review.review_everything, name="review_everything"),
]
