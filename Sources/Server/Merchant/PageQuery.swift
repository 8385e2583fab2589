import Hummingbird
import Payments
import Storage
import StrictJSON

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

    /// Where a list of things with an age and an id goes on.
    func age() throws -> AgeCursor? {
        guard let cursor else { return nil }
        let parts = cursor.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let createdAt = Int64(plain: parts[0]), (0...999_999_999_999_999).contains(createdAt),
            let id = Self.bytes(parts[1])
        else { throw Problem.invalid("cursor", "Take it from `next_cursor` as it is.") }
        return AgeCursor(createdAt: createdAt, id: String(decoding: id, as: UTF8.self))
    }

    /// Where a list of numbered things goes on.
    func number() throws -> Int64? {
        guard let cursor else { return nil }
        guard let id = Int64(plain: cursor), id > 0, cursor.utf8.count <= 18 else {
            throw Problem.invalid("cursor", "Take it from `next_cursor` as it is.")
        }
        return id
    }

    /// Where a list goes on behind a thing of that age and id. Hexadecimal: whatever the id, a URL carries it as it is.
    static func cursor(_ createdAt: Int64, _ id: String) -> String {
        let digits = Array("0123456789abcdef")
        return "\(createdAt)-" + String(id.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// The page, and how to go on.
    ///
    /// - Parameters:
    ///   - found: one more than the page holds, if there is one.
    ///   - cursor: where the list goes on behind that one.
    func list<Item>(
        _ found: [Item], cursor: (Item) -> String, _ write: (Item, inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for item in found.prefix(limit) { write(item, &writer) }
        writer.endArray()
        writer.member("next_cursor", found.count > limit ? cursor(found[limit - 1]) : nil)
        writer.endObject()
        return writer.bytes
    }

    /// Nil unless it is what ``cursor(_:_:)`` writes, of 1 to 256 bytes, none of them 0.
    private static func bytes(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2), (2...512).contains(digits.count) else {
            return nil
        }
        let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        return bytes.contains(0) ? nil : bytes
    }
}

extension FixedWidthInteger {
    /// Reads a number only as we write it ourselves: no plus sign, no zeros in front.
    init?(plain text: some StringProtocol) {
        guard let number = Self(text), String(number) == text else { return nil }
        self = number
    }
}
