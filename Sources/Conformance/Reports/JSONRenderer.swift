import StrictJSON

/// Writes a report as one JSON object.
///
/// | member | |
/// | --- | --- |
/// | `format` | `tiyin-conformance/1`; the number grows when a member changes its meaning or goes |
/// | `gateway`, `url`, `server`, `amount`, `kind`, `strict` | what was tested, with what |
/// | `login`, `account_field` | the same, of Payme |
/// | `service_id`, `complete_url` | the same, of Click; the second only if Complete went to a URL of its own |
/// | `shop_id`, `has_api`, `is_proxy` | the same, of YooKassa; the first is null if no shop was named |
/// | `orders` | `needed`, `given`, and whether they were `made` by the run |
/// | `started_at`, `duration_ms` | milliseconds since 1970 UTC, milliseconds |
/// | `summary` | `scenarios`, `passed`, `noted`, `missed`, `skipped` |
/// | `exit_code`, `ended_early`, `hints` | what the command exits with; a sentence or null; sentences |
/// | `scenarios` | a list, see below |
/// | `not_testable` | a list of `what` and `why` |
///
/// - A scenario: `id`, `group`, `title`, `why`, `rule`, `sources`, `outcome` (one of the words of `summary`),
///   `skip_reason`, `notes`, `steps_not_run`, `duration_ms`, `steps`.
/// - A step: `outcome`, `sent`, `expected`, `got`, `problems`, `notes`, `exchanges`.
/// - An exchange: `method`, `request_headers`, `request_body`, `status`, `answer_headers`, `answer_body`, `failure`,
///   `duration_ms`. Long bodies are cut in their middle.
enum JSONRenderer {
    static func text(of report: ConformanceReport) -> String {
        JSONValue.object(object(report)).text + "\n"
    }

    private static func object(_ report: ConformanceReport) -> JSONObject {
        let environment = report.environment
        let orders: JSONValue = [
            "needed": .integer(Int64(environment.ordersNeeded)), "given": .integer(Int64(environment.ordersGiven)),
            "made": .bool(environment.makesOrders),
        ]
        var summary: JSONObject = ["scenarios": .integer(Int64(report.scenarios.count))]
        for outcome in Outcome.allCases { summary[outcome.rawValue] = .integer(Int64(report.count(outcome))) }
        var object: JSONObject = [
            "format": "tiyin-conformance/1",
            "gateway": .string(environment.gateway),
            "url": .string(environment.url),
        ]
        if let url = environment.completeURL { object["complete_url"] = .string(url) }
        object["server"] = text(environment.server)
        switch environment.dialect {
        case .login(let login, let accountField):
            object["login"] = .string(login)
            object["account_field"] = .string(accountField)
        case .service(let id): object["service_id"] = .integer(id)
        case .pixKey(let key, let hasBank):
            object["pix_key"] = .string(key)
            object["has_bank"] = .bool(hasBank)
        case .shop(let id, let hasAPI, let isProxy):
            object["shop_id"] = text(id)
            object["has_api"] = .bool(hasAPI)
            object["is_proxy"] = .bool(isProxy)
        }
        let rest: JSONObject = [
            "amount": .integer(environment.amount),
            "kind": .string(environment.kind.rawValue),
            "strict": .bool(environment.isStrict),
            "orders": orders,
            "started_at": .integer(environment.startedAt),
            "duration_ms": .integer(environment.durationMilliseconds),
            "summary": .object(summary),
            "exit_code": .integer(Int64(report.exitCode)),
            "ended_early": text(report.endedEarly),
            "incomplete": text(report.incomplete),
            "hints": texts(report.hints),
            "scenarios": .array(report.scenarios.map(scenario)),
            "not_testable": .array(
                report.blindspots.map { ["what": .string($0.what), "why": .string($0.why)] }),
        ]
        for member in rest { object[member.key] = member.value }
        return object
    }

    private static func scenario(_ scenario: ScenarioReport) -> JSONValue {
        [
            "id": .string(scenario.id),
            "group": .string(scenario.group.id),
            "title": .string(scenario.title),
            "why": .string(scenario.why),
            "rule": .string(scenario.rule),
            "sources": .array(
                scenario.sources.map {
                    ["title": .string($0.title), "place": .string($0.place), "url": text($0.url)]
                }),
            "outcome": .string(scenario.outcome.rawValue),
            "skip_reason": text(scenario.skipReason),
            "notes": texts(scenario.notes),
            "steps_not_run": .integer(Int64(scenario.stepsNotRun)),
            "duration_ms": .integer(scenario.durationMilliseconds),
            "steps": .array(scenario.steps.map(step)),
        ]
    }

    private static func step(_ step: StepReport) -> JSONValue {
        [
            "outcome": .string(step.outcome.rawValue),
            "sent": .string(step.sent),
            "expected": .string(step.expected),
            "got": .string(step.got),
            "problems": texts(step.problems),
            "notes": texts(step.notes),
            "exchanges": .array(step.exchanges.map(exchange)),
        ]
    }

    private static func exchange(_ exchange: ExchangeReport) -> JSONValue {
        [
            "method": .string(exchange.method),
            "request_headers": headers(exchange.requestHeaders),
            "request_body": .string(exchange.requestBody),
            "status": exchange.status.map { .integer(Int64($0)) } ?? JSONValue.null,
            "answer_headers": headers(exchange.answerHeaders),
            "answer_body": .string(exchange.answerBody),
            "failure": text(exchange.failure),
            "duration_ms": .integer(exchange.durationMilliseconds),
        ]
    }

    private static func headers(_ headers: [Header]) -> JSONValue {
        .array(headers.map { ["name": .string($0.name), "value": .string($0.value)] })
    }

    private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? JSONValue.null }
}
