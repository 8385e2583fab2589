import Foundation
import StrictJSON

/// The values of `key`, `foreign_key`, `real`, `plain_real`, `horario` and `unknown_txid`.
struct PixPlaceValues: PlaceValues {
    let key: String
    let clock: ConformanceClock
    let marks: Set<String>

    /// An end-to-end id. Source: pix.md 3.4.
    func newID() -> JSONValue {
        let minute = Self.moment(clock.now()).filter(\.isNumber).prefix(12)
        return .string("E99999004\(minute)\(Self.random(11))")
    }

    func value(of place: Expression, in bindings: Bindings) throws -> JSONValue? {
        switch place.name {
        case "key": .string(key)
        case "foreign_key": .string("7d9f0335-8dcc-4054-9bf9-0dbd61d36906")
        case "real", "plain_real": .integer(bindings.orderAmount)
        case "horario": .string(Self.moment(bindings.present))
        case "unknown_txid": .string("nenhum" + Self.random(26))
        default: nil
        }
    }

    /// `{real}` is the text 150.10, `{plain_real}` the number.
    func form(_ value: JSONValue, of place: Expression) -> JSONValue {
        guard let centavos = value.integerValue else { return value }
        let rest = centavos % 100
        let text = "\(centavos / 100).\(rest < 10 ? "0" : "")\(rest)"
        return switch place.name {
        case "real": .string(text)
        case "plain_real": .number(text)
        default: value
        }
    }

    /// `2026-11-21T00:00:00Z`
    static func moment(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(milliseconds / 1_000)).formatted(.iso8601)
    }

    private static func random(_ length: Int) -> String {
        let characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return String((0..<length).map { _ in characters.randomElement() ?? "0" })
    }
}
