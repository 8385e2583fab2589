import Foundation
import StrictJSON

/// The values of `service_id`, `action`, `sum`, `sign_time` and `prepare_id`.
struct ClickPlaceValues: PlaceValues {
    let serviceID: Int64
    let actions: [String: Int64]

    /// Of the length that Click's have, and beyond 32 bits.
    func newID() -> JSONValue { .integer(.random(in: 1_000_000_000_000...8_999_999_999_999)) }

    func value(of place: Expression, in bindings: Bindings) throws -> JSONValue? {
        switch place.name {
        case "service_id": return .integer(serviceID)
        case "action": return actions[place.argument ?? ""].map { .integer($0) }
        case "sum": return .integer(bindings.orderAmount)
        case "sign_time": return .string(Self.signTime(bindings.present))
        case "prepare_id": return try bindings.variable(Self.prepareID(of: place.argument ?? bindings.transaction))
        default: return Optional.none
        }
    }

    /// `{sum}` and `{sum:2}` are 500.00, `{sum:1}` is 500.0, `{sum:0}` is 500.
    func form(_ value: JSONValue, of place: Expression) -> JSONValue {
        guard place.name == "sum", let tiyin = value.integerValue else { return value }
        return .string(Self.sums(tiyin, decimals: place.argument.flatMap { Int($0) } ?? 2))
    }

    /// The name under which bindings keep what a Prepare has answered.
    static func prepareID(of transaction: String) -> String { "prepare_id:\(transaction)" }

    /// An amount of tiyin in sums. Tiyin are cut off where the decimals have no room for them.
    static func sums(_ tiyin: Int64, decimals: Int) -> String {
        let rest = String(tiyin.magnitude % 100)
        let digits = String(repeating: "0", count: 2 - rest.count) + rest
        let whole = (tiyin < 0 ? "-" : "") + String(tiyin.magnitude / 100)
        guard decimals > 0 else { return whole }
        return whole + "." + digits.prefix(decimals) + String(repeating: "0", count: max(0, decimals - 2))
    }

    /// `YYYY-MM-DD HH:mm:ss` in Tashkent, five hours ahead of UTC all year.
    static func signTime(_ milliseconds: Int64) -> String {
        let style = Date.ISO8601FormatStyle(timeZone: TimeZone(secondsFromGMT: 5 * 3600) ?? .gmt)
            .year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)
        return Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(style)
    }
}
