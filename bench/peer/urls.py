# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from django.urls import include, path

urlpatterns = [path("", include("appointment.urls"))]
