import Foundation
import Specification
import StrictJSON

/// YooKassa's notifications: JSON without a signature, answered by an HTTP status.
///
/// Source: yookassa.md 14.
struct YooKassaDialect: WireDialect {
    static let contentType = "application/json"
    /// The run plays YooKassa's API too.
    static let apiMark = "api"
    /// And knows the shop's key.
    static let credentialsMark = "credentials"
    /// The endpoint takes the run for its proxy.
    static let proxyMark = "proxy"

    /// Source: yookassa.md 14, Events.
    private static let events: Set<String> = [
        "payment.waiting_for_capture", "payment.succeeded", "payment.canceled", "refund.succeeded",
        "payment_method.active", "payout.succeeded", "payout.canceled", "deal.closed",
    ]

    /// Names that scenarios give to statuses.
    private static let statuses: [String: Int64] = [
        "Created": 201, "OtherSuccess": 299, "BadRequest": 400, "LastOfClient": 499, "NotAsked": 408,
    ]

    let title = "YooKassa"
    let statusRule = "YooKassa repeats whatever is not answered 200"
    let paths = ["/payments/yookassa/webhook", "/webhook"]
    let documentName = "the HTTP statuses"
    let saysByStatus = true
    let places = KnownPlaces(
        names: ["rub", "time", "shop", "test", "real", "metadata"], withArgument: ["metadata"],
        marks: [apiMark, credentialsMark, proxyMark])

    func hasCall(_ name: String) -> Bool { Self.events.contains(name) }

    func code(ofError name: String) -> Int64? { Self.statuses[name] }

    func message(
        _ fields: inout SpecFields, calls: [String: Template], in scope: ScenarioScope
    ) throws(SpecificationError) -> any WireMessage {
        try YooKassaMessage(&fields, calls: calls, in: scope)
    }

    func frame(
        _ fields: inout SpecFields, of outcome: ExpectedAnswer.Outcome, matchers: MatcherReader,
        in scope: ScenarioScope
    ) throws(SpecificationError) -> any FrameRule {
        StatusFrame()
    }

    // MARK: Settings

    func check(_ configuration: ConformanceConfiguration) throws(ConformanceError) {
        if let shop = configuration.shopID, shop.isEmpty || !shop.allSatisfy({ $0.isASCII && $0.isNumber }) {
            throw ConformanceError(.badArgument, "The shop id \"\(shop)\" must be a number.")
        }
        guard configuration.key.isEmpty || configuration.shopID != nil else {
            throw ConformanceError(.badArgument, "The secret key needs its shop id: give both or neither.")
        }
        guard configuration.kind == .oneTime else {
            throw ConformanceError(.badArgument, "YooKassa's payments are made once: there are no cumulative ones.")
        }
        guard configuration.amount > 1 else {
            throw ConformanceError(
                .badArgument, "The amount must be 2 kopecks or more, for it is refunded in two parts.")
        }
        guard configuration.merchantKey == nil || configuration.bankPort != nil else {
            throw ConformanceError(
                .badArgument, "Payments are made at YooKassa's API, so --api is needed to have them made.")
        }
        if let order = configuration.orders.first(where: { !YooKassaAPI.isID($0) }) {
            throw ConformanceError(
                .badArgument, "\"\(order)\" is no payment's id: YooKassa's have 36 characters, a to z, 0 to 9 and -.")
        }
        if let port = configuration.bankPort, !(0...65_535).contains(port) {
            throw ConformanceError(.badArgument, "The API's port must be from 0 to 65535.")
        }
    }

    func secrets(_ configuration: ConformanceConfiguration) -> [String] {
        let login = YooKassaAPI.authorization(configuration)
        return [configuration.key, login ?? ""].filter { !$0.isEmpty }
    }

    func values(_ configuration: ConformanceConfiguration) -> any PlaceValues {
        YooKassaPlaceValues(configuration)
    }

    func facts(_ configuration: ConformanceConfiguration) -> RunEnvironment.DialectFacts {
        .shop(configuration.shopID, hasAPI: configuration.bankPort != nil, isProxy: configuration.isProxy)
    }

    // MARK: Running

    func openTransactions() -> any OpenTransactions { NothingOpen() }

    func playedAPI(_ configuration: ConformanceConfiguration) -> (any PlayedAPI)? { YooKassaAPI(configuration) }

    func orderForm(_ configuration: ConformanceConfiguration) -> any OrderForm {
        YooKassaPaymentForm(api: configuration.playedAPI as? YooKassaAPI)
    }

    func reason(without mark: String) -> String {
        switch mark {
        case Self.apiMark: "only YooKassa's API sees it: give --api"
        case Self.credentialsMark: "needs the shop's id and secret key: give --shop-id and --secret-key"
        default: "the sender's address cannot be chosen: give --behind-proxy if the endpoint trusts this machine"
        }
    }

    /// An event that nobody knows, of an object that nobody has.
    func probe(_ configuration: ConformanceConfiguration) -> WireRequest {
        let values = YooKassaPlaceValues(configuration)
        let notification: JSONValue = [
            "type": "notification", "event": "tiyin.probe", "object": ["id": values.newID()],
        ]
        return WireRequest(
            method: "POST",
            headers: [Header("User-Agent", "tiyin-conform"), Header("Content-Type", Self.contentType)]
                + YooKassaMessage.sender(nil, configuration),
            body: notification.serialized())
    }

    func refusal(of answer: Answer, _ configuration: ConformanceConfiguration) -> String? {
        switch answer.wire.status {
        case 404: "answers HTTP 404 to a notification: is the path right?"
        case 401:
            "answers HTTP 401 to a notification: YooKassa sends no credentials and no signature, so none can be asked for."
        case 403:
            configuration.isProxy
                ? "answers HTTP 403 to a notification: does it trust this machine as its proxy?"
                : "answers HTTP 403 to a notification: let it take this machine's address for the run, or let it trust "
                    + "this machine as its proxy and give --behind-proxy."
        default: nil
        }
    }

    func answer(_ wire: WireAnswer) -> Answer { Answer(byStatus: wire) }
}
