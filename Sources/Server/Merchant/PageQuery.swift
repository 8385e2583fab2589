import Foundation
import Hummingbird
import Payments
import Storage

/// The `limit` and `cursor` of a list.
struct PageQuery: Sendable {
    let limit: Int
    let cursor: String?

    /// - Throws: ``Problem`` for a limit out of range.
    init(_ request: Request) throws {
        let parameters = request.uri.queryParameters
        cursor = parameters["cursor"].map(String.init)
        guard let text = parameters["limit"] else {
            limit = 50
            return
        }
        guard let limit = Int(plain: text), (1...200).contains(limit) else {
            throw Problem.invalid("limit", "Must be from 1 to 200.")
        }
        self.limit = limit
    }

    /// Where a list of orders goes on.
    func orders() throws -> OrderCursor? {
        guard let cursor else { return nil }
        let padded = cursor.padding(toLength: (cursor.count + 3) / 4 * 4, withPad: "=", startingAt: 0)
        guard let data = Data(base64Encoded: padded.replacing("-", with: "+").replacing("_", with: "/")),
            let text = String(data: data, encoding: .utf8), let colon = text.firstIndex(of: ":"),
            let createdAt = Int64(plain: text[..<colon])
        else { throw Problem.invalid("cursor", "Take it from `next_cursor` as it is.") }
        return OrderCursor(createdAt: createdAt, id: String(text[text.index(after: colon)...]))
    }

    /// Where a list of transactions goes on.
    func transactions() throws -> Int64? {
        guard let cursor else { return nil }
        guard let id = Int64(plain: cursor) else {
            throw Problem.invalid("cursor", "Take it from `next_cursor` as it is.")
        }
        return id
    }

    static func cursor(after order: Order) -> String {
        Data("\(order.createdAt):\(order.id)".utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension FixedWidthInteger {
    /// Reads a number only as we write it ourselves: no plus sign, no zeros in front.
    init?(plain text: some StringProtocol) {
        guard let number = Self(text), String(number) == text else { return nil }
        self = number
    }
}
