import Foundation
import StrictJSON

/// The values of `rub`, `time`, `shop`, `test`, `real` and `metadata`.
struct YooKassaPlaceValues: PlaceValues {
    let marks: Set<String>
    private let shop: String
    private let isTest: Bool
    private let api: YooKassaAPI?

    init(_ configuration: ConformanceConfiguration) {
        shop = YooKassaAPI.shop(configuration)
        isTest = YooKassaAPI.isTest(configuration)
        api = configuration.playedAPI as? YooKassaAPI
        var marks: Set<String> = []
        if configuration.bankPort != nil { marks.insert(YooKassaDialect.apiMark) }
        if configuration.bankPort != nil, !configuration.key.isEmpty { marks.insert(YooKassaDialect.credentialsMark) }
        if configuration.isProxy { marks.insert(YooKassaDialect.proxyMark) }
        self.marks = marks
    }

    func newID() -> JSONValue { .string(YooKassaAPI.newID()) }

    /// `{time}` has its number from the bindings.
    func value(of place: Expression, in bindings: Bindings) throws -> JSONValue? {
        switch place.name {
        case "rub": .integer(bindings.orderAmount)
        case "shop": .string(shop)
        case "test": .bool(isTest)
        case "real": .bool(!isTest)
        case "metadata": .object(metadata(of: place.argument.flatMap { Int($0) } ?? 1, bindings))
        default: nil
        }
    }

    /// `{metadata}` and `{metadata:2}`: what the order's payment was made with.
    private func metadata(of order: Int, _ bindings: Bindings) -> JSONObject {
        guard let id = try? bindings.order(order).stringValue else { return [:] }
        return api?.metadata(of: id) ?? [:]
    }

    /// `{rub}` is the text 150.10, `{time}` a moment such as 2026-11-21T00:00:00.000Z.
    func form(_ value: JSONValue, of place: Expression) -> JSONValue {
        guard let number = value.integerValue else { return value }
        return switch place.name {
        case "rub": .string(AmountText.hundredths(number))
        case "time": .string(Self.moment(number))
        default: value
        }
    }

    static func moment(_ milliseconds: Int64) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(style)
    }
}
