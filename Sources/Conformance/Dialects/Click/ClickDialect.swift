import Specification
import StrictJSON

/// Click's SHOP API: signed forms to one URL or two, and flat JSON answers whose `error` is 0 for success.
struct ClickDialect: WireDialect {
    static let contentType = "application/x-www-form-urlencoded"
    static let prepare = "prepare"
    static let complete = "complete"

    let title = "Click"
    let statusRule = "Click reads the code in the body, and its own samples answer 200"
    let paths = ["/payments/click/webhook", "/payments/click/prepare"]
    let documentName = "click.openapi.yaml"
    let places = KnownPlaces(
        names: ["service_id", "action", "sum", "sign_time", "prepare_id"],
        withArgument: ["action", "sum", "prepare_id"])
    let specification: ClickSpecification
    /// The numbers of answers after which a transaction is no longer open.
    private let finalCodes: Set<Int64>

    init(_ specification: ClickSpecification) throws {
        self.specification = specification
        finalCodes = Set(
            try ["AlreadyPaid", "Cancelled"].map { name in
                guard let answer = specification.answer(named: name) else { throw Self.missing(name) }
                return answer.code
            })
    }

    private static func missing(_ name: String) -> ConformanceError {
        ConformanceError(.badArgument, "click.openapi.yaml has no \(name), which the harness needs.")
    }

    func hasCall(_ name: String) -> Bool { specification.shopActions[name] != nil }

    func code(ofError name: String) -> Int64? {
        // Success is no error: scenarios write `result`.
        specification.answer(named: name).flatMap { $0.code == 0 ? nil : $0.code }
    }

    func message(
        _ fields: inout SpecFields, calls: [String: Template], in scope: ScenarioScope
    ) throws(SpecificationError) -> any WireMessage {
        try ClickMessage(&fields, calls: calls, specification, in: scope)
    }

    func frame(
        _ fields: inout SpecFields, of outcome: ExpectedAnswer.Outcome, matchers: MatcherReader,
        in scope: ScenarioScope
    ) throws(SpecificationError) -> any FrameRule {
        try ClickFrame(&fields, matchers: matchers, in: scope)
    }

    // MARK: Settings

    /// Tiyin in a sum.
    private static let sum: Int64 = 100
    /// Click's own test table has a step that sends 300 sums as a wrong amount.
    private static let reserved: Int64 = 300 * sum

    func check(_ configuration: ConformanceConfiguration) throws(ConformanceError) {
        guard !configuration.key.isEmpty else {
            throw ConformanceError(.badArgument, "The key is empty: give the service's secret key.")
        }
        guard let service = configuration.serviceID, service > 0 else {
            throw ConformanceError(.badArgument, "A service id is needed: the number of the service at Click.")
        }
        guard configuration.amount % Self.sum == 0, configuration.amount > Self.sum else {
            throw ConformanceError(
                .badArgument,
                "The amount \(configuration.amount) tiyin must be two or more whole sums: Click's tools send it as "
                    + "`500`, `500.0` and `500.00`.")
        }
        guard configuration.amount != Self.reserved else {
            throw ConformanceError(
                .badArgument, "The amount must not be 300 sums, which Click's own tests send as a wrong one.")
        }
    }

    func secrets(_ configuration: ConformanceConfiguration) -> [String] { [configuration.key] }

    func values(_ configuration: ConformanceConfiguration) -> any PlaceValues {
        ClickPlaceValues(serviceID: configuration.serviceID ?? 0, actions: specification.shopActions)
    }

    func facts(_ configuration: ConformanceConfiguration) -> RunEnvironment.DialectFacts {
        .service(configuration.serviceID ?? 0)
    }

    // MARK: Running

    func openTransactions() -> any OpenTransactions {
        ClickOpenTransactions(self, finalCodes: finalCodes)
    }

    /// A signed Prepare of nothing: of an order that is known, for there are endpoints that take an unknown one for a
    /// wrong signature; of one that nobody has, if orders have yet to be made.
    func probe(_ configuration: ConformanceConfiguration) -> WireRequest {
        var form = ClickForm.values(
            action: specification.shopActions[Self.prepare] ?? 0, configuration, now: configuration.clock.now())
        let order = configuration.orders.first ?? RandomID.unknownOrder(like: [])
        form["merchant_trans_id"] = .string(order)
        form["amount"] = .string(ClickPlaceValues.sums(0, decimals: 2))
        return ClickForm(form).signed(specification.prepareSignature, configuration)
    }

    func refusal(of answer: Answer, _ configuration: ConformanceConfiguration) -> String? {
        guard case .error(let code, _) = answer.content, code == self.code(ofError: "SignCheckFailed") else {
            return nil
        }
        return "answers \(code) to a call that is signed with the key that was given, of the service "
            + "\(configuration.serviceID ?? 0): give the ones it is set up with."
    }
}
