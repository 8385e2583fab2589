import Specification
import StrictJSON

/// The notices of a PIX bank: JSON to the merchant's address and `/pix`, answered by an HTTP status.
///
/// Source: pix.md 3.6 and 4.4.
struct PixDialect: WireDialect {
    static let contentType = "application/json"
    /// The mark that scenarios see if the harness plays the bank's own API too.
    static let bankMark = "bank"

    let title = "PIX"
    let statusRule = "a bank repeats whatever is not answered 200"
    let paths = ["/payments/pix/confirm", "/payments/pix/confirm/pix"]
    let documentName = "the HTTP statuses"
    let saysByStatus = true
    let places = KnownPlaces(
        names: ["key", "foreign_key", "real", "horario", "unknown_txid", "plain_real"], withArgument: [],
        marks: [Self.bankMark])

    /// Names that scenarios give to statuses.
    private static let statuses: [String: Int64] = [
        "Created": 201, "OtherSuccess": 299, "BadRequest": 400, "Unauthorized": 401, "Forbidden": 403,
        "NotFound": 404, "MethodNotAllowed": 405, "LastOfClient": 499, "NotAsked": 408,
    ]

    func hasCall(_ name: String) -> Bool { name == PixMessage.notice }

    func code(ofError name: String) -> Int64? { Self.statuses[name] }

    func message(
        _ fields: inout SpecFields, calls: [String: Template], in scope: ScenarioScope
    ) throws(SpecificationError) -> any WireMessage {
        try PixMessage(&fields, calls: calls, in: scope)
    }

    func frame(
        _ fields: inout SpecFields, of outcome: ExpectedAnswer.Outcome, matchers: MatcherReader,
        in scope: ScenarioScope
    ) throws(SpecificationError) -> any FrameRule {
        StatusFrame()
    }

    // MARK: Settings

    func check(_ configuration: ConformanceConfiguration) throws(ConformanceError) {
        guard (1...77).contains(configuration.key.utf8.count) else {
            throw ConformanceError(.badArgument, "The PIX key is empty or too long: give the merchant's own.")
        }
        guard configuration.merchantKey == nil else {
            throw ConformanceError(
                .badArgument, "Charges are made by whoever pays: give the txids of open charges as orders.")
        }
        if let txid = configuration.orders.first(where: { !Self.isTxid($0) }) {
            throw ConformanceError(
                .badArgument, "\"\(txid)\" is no txid: one has 1 to 35 letters and digits, and nothing else.")
        }
        if let port = configuration.bankPort, !(0...65_535).contains(port) {
            throw ConformanceError(.badArgument, "The bank's port must be from 0 to 65535.")
        }
    }

    private static func isTxid(_ text: String) -> Bool {
        (1...35).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            }
    }

    func secrets(_ configuration: ConformanceConfiguration) -> [String] { [] }

    func values(_ configuration: ConformanceConfiguration) -> any PlaceValues {
        PixPlaceValues(
            key: configuration.key, clock: configuration.clock,
            marks: configuration.bankURL == nil ? [] : [Self.bankMark])
    }

    func facts(_ configuration: ConformanceConfiguration) -> RunEnvironment.DialectFacts {
        .pixKey(configuration.key, hasBank: configuration.bankPort != nil)
    }

    // MARK: Running

    func openTransactions() -> any OpenTransactions { NothingOpen() }

    /// A batch of nothing.
    func probe(_ configuration: ConformanceConfiguration) -> WireRequest {
        var request = WireRequest(
            method: "POST",
            headers: [Header("User-Agent", "tiyin-conform"), Header("Content-Type", Self.contentType)],
            body: Array(#"{"pix":[]}"#.utf8))
        request.url = PixMessage.url(configuration.url, suffix: true)
        return request
    }

    func refusal(of answer: Answer, _ configuration: ConformanceConfiguration) -> String? {
        switch answer.wire.status {
        case 404: "answers HTTP 404 to a notice: is the path right?"
        case 401, 403:
            "answers HTTP \(answer.wire.status) to a notice: give the URL as the bank has it, with its secret part."
        default: nil
        }
    }

    /// The status says everything; a bank does not read the body.
    func answer(_ wire: WireAnswer) -> Answer { Answer(byStatus: wire) }

    func playedAPI(_ configuration: ConformanceConfiguration) -> (any PlayedAPI)? { PixBank(configuration) }
}
