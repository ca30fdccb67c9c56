"""PactCards' addresses, and the bare view's."""

from django.urls import path

from pactcards import urls
from tests.bench.bare import bare

urlpatterns = [path("bench/bare/", bare, name="bare"), *urls.urlpatterns]
handler500 = urls.handler500
