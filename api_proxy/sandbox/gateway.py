"""The gateway before IAM, AOM and COC: finds the operation, lets callers in, answers refusals too; no sockets."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from .answers import PROJECT_ID, Answer, Refusal, aom_refusal, gateway_refusal
from .aom import Aom
from .coc import Coc, coc_refusal
from .iam import Iam
from .reading import Request
from .signatures import Key, Signatures
from .store import Store
from .throttle import Throttle

log = logging.getLogger(__name__)

Operation = Callable[..., Answer]
COC_PATHS = "/v1/"


class Gateway:
    """The whole cloud behind one function, from a request to its answer."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time, keys: Sequence[Key] = ()) -> None:
        self.iam = Iam(clock)
        self.aom = Aom(store, clock)
        self.coc = Coc(clock)
        self.signatures = Signatures(clock, keys)
        self.throttle = Throttle(clock)
        self._routes: list[tuple[re.Pattern[str], Mapping[str, Operation]]] = [
            (re.compile(r"/v3/auth/tokens"), {"POST": self.iam.create_token}),
            (
                re.compile(r"/v2/(?P<project_id>[^/]+)/alert/group-rules"),
                {
                    "GET": self.aom.list_group_rules,
                    "POST": self.aom.add_group_rule,
                    "PUT": self.aom.update_group_rule,
                    "DELETE": self.aom.delete_group_rules,
                },
            ),
            (
                re.compile(r"/v2/(?P<project_id>[^/]+)/alert/action-rules"),
                {
                    "GET": self.aom.list_action_rules,
                    "POST": self.aom.add_action_rule,
                    "PUT": self.aom.update_action_rule,
                    "DELETE": self.aom.delete_action_rules,
                },
            ),
            (
                re.compile(r"/v2/(?P<project_id>[^/]+)/alert/action-rules/(?P<rule_name>[^/]+)"),
                {"GET": self.aom.show_action_rule},
            ),
            *self._coc_routes(),
        ]

    def _coc_routes(self) -> Iterator[tuple[re.Pattern[str], Mapping[str, Operation]]]:
        coc = self.coc
        alarm = "/v1/alarm-mgmt/alarm/(?P<alarm_id>[^/]+)"
        yield re.compile(f"{alarm}/auto-process"), {"POST": coc.handle}
        yield re.compile(alarm), {"GET": coc.show_alarm}
        yield re.compile(f"{alarm}/handle-histories"), {"GET": coc.list_histories}
        yield re.compile("/v1/alarm-mgmt/alarms/cancel"), {"POST": coc.clear}
        yield re.compile("/v1/alarm-mgmt/alarms-linked-incident"), {"POST": coc.to_incident}
        yield re.compile("/v1/job/scripts"), {"GET": coc.list_scripts}
        yield re.compile("/v1/job/scripts/(?P<script_uuid>[^/]+)"), {"GET": coc.show_script}
        yield re.compile("/v1/job/public-scripts"), {"GET": coc.list_public_scripts}
        yield re.compile("/v1/job/public-scripts/(?P<script_uuid>[^/]+)"), {"GET": coc.show_public_script}
        yield re.compile("/v1/job/script/orders/(?P<order_id>[^/]+)"), {"GET": coc.show_script_order}
        yield re.compile("/v1/executions/(?P<order_id>[^/]+)"), {"GET": coc.show_execution}
        yield re.compile("/v1/documents"), {"GET": coc.list_documents}
        yield re.compile("/v1/documents/(?P<document_id>[^/]+)"), {"GET": coc.show_document}
        yield re.compile("/v1/resources"), {"GET": coc.list_resources}

    def answer(self, request: Request) -> Answer:
        """The answer to a request, whatever comes: a refusal and a failure are answers too."""
        try:
            return self._dispatch(request)
        except Refusal as refusal:
            return refusal.answer
        except OSError:
            log.exception("The sandbox could not store its state")
            return aom_refusal("state not stored").answer
        except Exception:
            log.exception("The sandbox failed on %s %s", request.method, request.path)
            return gateway_refusal(500).answer

    def _dispatch(self, request: Request) -> Answer:
        operations, parts = self._find(request.path)
        operation = operations.get(request.method)
        if operation is None:
            raise gateway_refusal(405, headers={"Allow": ", ".join(operations)})
        project_id = parts.pop("project_id", None)
        if project_id is not None:
            self._let_in(request, project_id, aom_refusal("forbidden"))
        elif request.path.startswith(COC_PATHS):
            self._let_in(request, PROJECT_ID, coc_refusal("forbidden"))
        return operation(request, **parts)

    def _let_in(self, request: Request, project_id: str, forbidden: Refusal) -> None:
        """Ends the request unless the caller may work in the project, and not too often."""
        signed = self.signatures.covers(request)
        owner = self.signatures.project_of(request) if signed else self.iam.token_of(request).project_id
        self.throttle.count()
        if owner != project_id:
            raise forbidden

    def _find(self, path: str) -> tuple[Mapping[str, Operation], dict[str, str]]:
        for pattern, operations in self._routes:
            if match := pattern.fullmatch(path):
                return operations, {name: unquote(part) for name, part in match.groupdict().items()}
        raise gateway_refusal(404)
