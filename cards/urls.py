"""Addresses of decks and reviews; a page's address, view, template and test share one word."""

from django.urls import path

from cards.views import decks, home, motives, offline, review

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
    # review
    path("review/", review.review, name="review"),
    path("review/answer/", review.review_answer, name="review_answer"),
    path("review/undo/", review.review_undo, name="review_undo"),
    path("review/mistake/", review.review_mistake, name="review_mistake"),
    path("review/everything/", review.review_everything, name="review_everything"),
    # offline
    path("offline/", offline.offline, name="offline"),
    path("review/offline/", offline.offline_cards, name="offline_cards"),
    path("review/offline/answer/", offline.offline_answer, name="offline_answer"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
]
