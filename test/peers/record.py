"""A callback of ansible-core that prints how each task ended, one JSON line a task: what test/peers compares."""

import json

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "record"

    def _record(self, result, status):
        task = result._task
        host = result._host.get_name()
        line = {"host": host, "task": task.get_name(), "action": task.action.split(".")[-1], "status": status}
        self._display.display("RECORD " + json.dumps(line))

    def v2_runner_on_ok(self, result):
        self._record(result, "changed" if result._result.get("changed") else "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._record(result, "ignored" if ignore_errors else "failed")
        self._display.display(json.dumps(result._result.get("msg", "")))

    def v2_runner_on_skipped(self, result):
        self._record(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self._record(result, "unreachable")
