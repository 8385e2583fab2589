import Specification
import StrictJSON

/// JSON-RPC with Basic authentication, as Payme speaks it.
struct RPCDialect: WireDialect {
    static let contentType = "application/json"

    let title = "Payme"
    let statusRule = "Payme asks for 200"
    let paths = ["/payments/payme/webhook"]
    let places = KnownPlaces(names: ["field", "rpc_id", "time"], withArgument: ["time"])
    private let document: OpenRPCDocument

    init(_ document: OpenRPCDocument) { self.document = document }

    var documentName: String { document.name }

    func hasCall(_ name: String) -> Bool { document.method(named: name) != nil }

    func code(ofError name: String) -> Int64? { document.error(named: name).map { Int64($0.code) } }

    func message(
        _ fields: inout SpecFields, calls: [String: Template], in scope: ScenarioScope
    ) throws(SpecificationError) -> any WireMessage {
        try RPCMessage(&fields, methods: calls, in: scope)
    }

    func frame(
        _ fields: inout SpecFields, of outcome: ExpectedAnswer.Outcome, matchers: MatcherReader,
        in scope: ScenarioScope
    ) throws(SpecificationError) -> any FrameRule {
        try RPCFrame(&fields, of: outcome, in: scope)
    }

    func check(_ configuration: ConformanceConfiguration) throws(ConformanceError) {
        guard !configuration.key.isEmpty else {
            throw ConformanceError(.badArgument, "The key is empty: give the cashbox key.")
        }
        guard !configuration.login.isEmpty, !configuration.login.contains(":") else {
            throw ConformanceError(
                .badArgument, "The login \"\(configuration.login)\" must be a word without a colon.")
        }
        guard !configuration.accountField.isEmpty else {
            throw ConformanceError(.badArgument, "The account field is empty.")
        }
        guard configuration.completeURL == nil else {
            throw ConformanceError(.badArgument, "Payme calls one URL; a second one has no use.")
        }
    }

    func secrets(_ configuration: ConformanceConfiguration) -> [String] { RPCCredentials(configuration).secrets }

    func values(_ configuration: ConformanceConfiguration) -> any PlaceValues {
        RPCPlaceValues(field: configuration.accountField)
    }

    func openTransactions() -> any OpenTransactions { RPCOpenTransactions() }

    func probe(_ configuration: ConformanceConfiguration) -> WireRequest {
        let id = JSONValue.string(RandomID.hexadecimal(length: 24))
        let call: JSONValue = ["method": "CheckTransaction", "params": ["id": id], "id": 1]
        return WireRequest(
            method: "POST", headers: [Header("Content-Type", Self.contentType)],
            authorization: RPCCredentials(configuration).header(.valid), body: call.serialized())
    }

    func refusal(of answer: Answer, _ configuration: ConformanceConfiguration) -> String? {
        let unauthorized = Int64(document.error(for: .unauthorized).code)
        guard case .error(unauthorized, _) = answer.content else { return nil }
        return "answers \(unauthorized) to the login \(configuration.login) and the key that was given: "
            + "give the ones it is set up with."
    }

    func facts(_ configuration: ConformanceConfiguration) -> RunEnvironment.DialectFacts {
        .login(configuration.login, accountField: configuration.accountField)
    }
}

/// The values of `field`, `account` and `rpc_id`.
struct RPCPlaceValues: PlaceValues {
    /// The field of `account` that holds an order's id.
    let field: String

    func newID() -> JSONValue { .string(RandomID.hexadecimal(length: 24)) }

    func value(of place: Expression, in bindings: Bindings) throws -> JSONValue? {
        switch place.name {
        case "field": return .string(field)
        case "rpc_id": return bindings.serial
        case _ where place.name.hasPrefix("account"):
            guard let number = ScenarioScope.orderNumber(place.name) else { return Optional.none }
            var account = JSONObject()
            account[field] = try bindings.order(number)
            return .object(account)
        default: return Optional.none
        }
    }
}
