"""The Generate page."""

from __future__ import annotations

from tests.pages.conftest import Studio


def test_x(studio: Studio) -> None:
    project = studio.demo()
    app = studio.page("generate", project)
    assert not app.exception, app.exception
    print([e.value for e in app.error], [e.value for e in app.warning], [b.label for b in app.button])
    app.button(key="generate.preview").click().run()
    assert not app.exception, app.exception
    studio.work_off()
    app.run()
    print([e.value for e in app.error], [e.value for e in app.markdown])
    app.button(key="generate.start_run").click().run()
    assert not app.exception, app.exception
    assert 0
