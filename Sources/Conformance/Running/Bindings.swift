import StrictJSON

/// The values that templates are filled in with, for one scenario.
///
/// Ids and times come into being when they are first asked for, and then stay.
final class Bindings {
    struct Missing: Error, CustomStringConvertible {
        let name: String
        var description: String { "{\(name)} has no value, for the step that saves it was not run" }
    }

    /// The transaction that `{id}` and `{time}` stand for.
    var transaction = "a"
    /// A number that no other request has.
    var serial: JSONValue = .null
    private(set) var marks: Set<String> = []

    private let amount: Int64
    private let orders: [String]
    private let unknownOrder: String
    private let now: @Sendable () -> Int64
    private let plannedTimes: [String: Template]
    private let places: any PlaceValues
    private var ids: [String: JSONValue] = [:]
    private var times: [String: Int64] = [:]
    private var variables: [String: JSONValue] = [:]

    /// - Parameters:
    ///   - amount: in tiyin
    ///   - times: of the transactions that do not use the present
    ///   - places: the values that are the dialect's own
    init(
        amount: Int64, orders: [String], unknownOrder: String, times: [String: Template], places: any PlaceValues,
        now: @escaping @Sendable () -> Int64
    ) {
        self.amount = amount
        self.places = places
        self.orders = orders
        self.unknownOrder = unknownOrder
        self.plannedTimes = times
        self.now = now
        marks = places.marks
    }

    /// What an order costs, in tiyin.
    var orderAmount: Int64 { amount }

    /// The present, in milliseconds.
    var present: Int64 { now() }

    func set(_ name: String, to value: JSONValue) { variables[name] = value }

    /// What was set for that name.
    func variable(_ name: String) throws -> JSONValue {
        guard let value = variables[name] else { throw Missing(name: name) }
        return value
    }

    func mark(_ name: String) { marks.insert(name) }

    // MARK: Templates

    func value(_ template: Template) throws -> JSONValue {
        switch template {
        case .value(let value): return value
        case .expression(let expression): return try value(expression)
        case .text(let pieces): return .string(try text(pieces))
        case .array(let items): return .array(try items.map(value))
        case .object(let members):
            var object = JSONObject()
            for member in members { object[try text(member.key)] = try value(member.value) }
            return .object(object)
        }
    }

    func bytes(_ template: RawTemplate) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for piece in template.pieces {
            switch piece {
            case .literal(let text): bytes += text.utf8
            case .bytes(let more): bytes += more
            case .repeated(let text, let count):
                bytes.reserveCapacity(bytes.count + text.utf8.count * count)
                for _ in 0..<count { bytes += text.utf8 }
            case .expression(let expression):
                let serialized = try value(expression).serialized()
                // A text stands without its quotes: the template has them where it wants them.
                if serialized.first == UInt8(ascii: "\"") {
                    bytes += serialized.dropFirst().dropLast()
                } else {
                    bytes += serialized
                }
            }
        }
        return bytes
    }

    private func text(_ pieces: [Template.Piece]) throws -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .expression(let expression):
                let value = try value(expression)
                text += value.stringValue ?? value.text
            }
        }
        return text
    }

    private func value(_ expression: Expression) throws -> JSONValue {
        let value = try base(expression)
        guard !expression.operations.isEmpty else { return places.form(value, of: expression) }
        guard var number = value.integerValue else { throw Missing(name: expression.name) }
        for operation in expression.operations {
            let (result, overflow) =
                switch operation {
                case .add(let addend): number.addingReportingOverflow(addend)
                case .multiply(let factor): number.multipliedReportingOverflow(by: factor)
                }
            number = overflow ? .max : result
        }
        return places.form(.integer(number), of: expression)
    }

    private func base(_ expression: Expression) throws -> JSONValue {
        switch expression.name {
        case "amount": return .integer(amount)
        case "unknown_order": return .string(unknownOrder)
        case "now": return .integer(now())
        case "id": return id(expression.argument ?? transaction)
        case "time": return .integer(try time(expression.argument ?? transaction))
        default:
            if let value = try places.value(of: expression, in: self) { return value }
            if let number = ScenarioScope.orderNumber(expression.name) { return try order(number) }
            return try variable(expression.name)
        }
    }

    /// The id of an order; they count from 1.
    func order(_ number: Int) throws -> JSONValue {
        guard number <= orders.count else { throw Missing(name: number == 1 ? "order" : "order\(number)") }
        return .string(orders[number - 1])
    }

    private func id(_ transaction: String) -> JSONValue {
        if let id = ids[transaction] { return id }
        let id = places.newID()
        ids[transaction] = id
        return id
    }

    private func time(_ transaction: String) throws -> Int64 {
        if let time = times[transaction] { return time }
        let planned = try plannedTimes[transaction].map(value)?.integerValue
        let time = planned ?? now()
        times[transaction] = time
        return time
    }
}

/// Ids that nobody has used.
enum RandomID {
    static func hexadecimal(length: Int) -> String {
        String((0..<length).map { _ in "0123456789abcdef".randomElement() ?? "0" })
    }

    /// An order id that looks like those of the run and is none of them.
    static func unknownOrder(like orders: [String]) -> String {
        let areNumbers = !orders.isEmpty && orders.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } }
        // Below 2^31, so that it is unknown to a database's integer key rather than beyond it.
        return areNumbers
            ? String(Int.random(in: 1_900_000_000..<2_100_000_000)) : "no-such-order-\(hexadecimal(length: 8))"
    }
}
