import Specification
import StrictJSON

/// How a gateway speaks: what its scenarios may say, how that is put on the wire, and how its answers are read.
///
/// Orders, steps, values, races and reports know nothing of it; a dialect knows nothing of them.
protocol WireDialect: Sendable {
    // MARK: Words

    /// How sentences call the gateway.
    var title: String { get }
    /// One clause: why an answer has the HTTP status 200.
    var statusRule: String { get }
    /// Whether the HTTP status is the answer; otherwise it is 200 whatever the answer is.
    var saysByStatus: Bool { get }
    /// Paths at which Tiyin has this endpoint. Its merchant API is found from what stands before them.
    var paths: [String] { get }

    // MARK: Reading scenarios

    /// The document that calls and errors have their names in.
    var documentName: String { get }
    /// Places of templates beside those that every dialect has.
    var places: KnownPlaces { get }
    /// Whether scenarios may make that call.
    func hasCall(_ name: String) -> Bool
    /// The number of an error; nil if there is none of that name.
    func code(ofError name: String) -> Int64?
    /// What a step sends: the keys of the step that this dialect understands.
    func message(
        _ fields: inout SpecFields, calls: [String: Template], in scope: ScenarioScope
    ) throws(SpecificationError) -> any WireMessage
    /// The rules about an answer that this dialect alone has.
    func frame(
        _ fields: inout SpecFields, of outcome: ExpectedAnswer.Outcome, matchers: MatcherReader,
        in scope: ScenarioScope
    ) throws(SpecificationError) -> any FrameRule

    // MARK: Running them

    /// Refuses settings that this dialect cannot work with.
    func check(_ configuration: ConformanceConfiguration) throws(ConformanceError)
    /// What must appear in no report.
    func secrets(_ configuration: ConformanceConfiguration) -> [String]
    /// The values of the places.
    func values(_ configuration: ConformanceConfiguration) -> any PlaceValues
    /// Reads what came.
    func answer(_ wire: WireAnswer) -> Answer
    /// Watches a scenario, to close afterwards what it left open.
    func openTransactions() -> any OpenTransactions
    /// A call that changes nothing, by which an endpoint is known.
    func probe(_ configuration: ConformanceConfiguration) throws -> WireRequest
    /// Why the answer to the probe makes a run pointless: one sentence, or nil.
    func refusal(of answer: Answer, _ configuration: ConformanceConfiguration) -> String?
    /// What a report says of the settings.
    func facts(_ configuration: ConformanceConfiguration) -> RunEnvironment.DialectFacts
    /// The API that the run may serve, for an endpoint that asks it; nil if there is none.
    func playedAPI(_ configuration: ConformanceConfiguration) -> (any PlayedAPI)?
    /// How orders are made through the merchant API.
    func orderForm(_ configuration: ConformanceConfiguration) -> any OrderForm
    /// Why a scenario is skipped if the mark that it needs is not set: one clause.
    func reason(without mark: String) -> String
}

extension WireDialect {
    var saysByStatus: Bool { false }
    func playedAPI(_ configuration: ConformanceConfiguration) -> (any PlayedAPI)? { nil }
    func orderForm(_ configuration: ConformanceConfiguration) -> any OrderForm {
        RegisteredOrder(kind: configuration.kind)
    }
    func reason(without mark: String) -> String { "needs what sets the mark \(mark)" }
}

/// Names of places: those that are there, and those of them that take an argument.
struct KnownPlaces: Sendable {
    let names: Set<String>
    let withArgument: Set<String>
    /// Marks that may be set before the first step.
    var marks: Set<String> = []
}

/// Gives the places of a dialect their values.
protocol PlaceValues: Sendable {
    /// An id of a transaction that nobody has used.
    func newID() -> JSONValue
    /// The value of a place; nil if it is none of the dialect's.
    func value(of place: Expression, in bindings: Bindings) throws -> JSONValue?
    /// Marks that are set before the first step.
    var marks: Set<String> { get }
    /// The value as it is filled in, after additions and multiplications.
    func form(_ value: JSONValue, of place: Expression) -> JSONValue
}

extension PlaceValues {
    var marks: Set<String> { [] }
    func form(_ value: JSONValue, of place: Expression) -> JSONValue { value }
}

/// What a step sends, as its dialect has read it.
protocol WireMessage: Sendable {
    /// Fills in the places.
    func request(_ context: RequestContext) throws -> PreparedRequest
    /// What was sent, in a few words, without how often.
    func words(for request: WireRequest) -> [String]
}

/// What a request is made with.
struct RequestContext {
    let bindings: Bindings
    let configuration: ConformanceConfiguration
    /// The transaction that `{id}` and `{time}` stand for.
    let transaction: String
    /// A number that no other sending of the run has.
    let serial: JSONValue
}

/// A request that is ready to be sent, and what is needed to judge its answer.
struct PreparedRequest: Sendable {
    let request: WireRequest
    let transaction: String
    /// The number it carries, if the protocol has such a thing.
    let serial: JSONValue
    /// The fields it was made of, if it is not just any bytes.
    let sent: JSONObject
}

/// Rules about an answer beside its result or the name of its error.
protocol FrameRule: Sendable {
    func judge(
        _ answer: Answer, to request: PreparedRequest, _ bindings: Bindings, isStrict: Bool, into verdict: inout Verdict
    ) throws
    /// What it asks for, in words.
    func words(_ step: StepWords) -> [String]
}

/// What a scenario has left open.
protocol OpenTransactions {
    /// Looks at what was sent and what came of it; may give the bindings a value for later steps.
    mutating func observe(_ request: PreparedRequest, _ outcome: WireOutcome, _ bindings: Bindings)
    /// The requests that close what is open. What is answered to them is not judged.
    func closing(_ configuration: ConformanceConfiguration, serial: () -> JSONValue) -> [WireRequest]
}

/// The dialects there are.
enum Dialects {
    /// nil if nobody speaks it.
    static func dialect(of gateway: String) throws -> (any WireDialect)? {
        switch gateway {
        case "payme": RPCDialect(try Specifications.load().payme)
        case "click": try ClickDialect(Specifications.load().click)
        case "pix": PixDialect()
        case "yookassa": YooKassaDialect()
        default: nil
        }
    }
}
