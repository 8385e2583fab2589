import JSONRPC
import Payments
import Pledg
import StrictJSON

/// The body of `POST /orders`.
struct OrderRequest: Sendable {
    let order: Order

    /// - Throws: ``Problem`` that names the field at fault.
    init(_ bytes: [UInt8], fiscal: SchemaValidator, now: Int64) throws {
        try self.init(try RequestChecks.object(bytes), fiscal: fiscal, now: now)
    }

    /// - Parameter object: what the body holds.
    /// - Throws: ``Problem`` that names the field at fault.
    init(_ object: JSONObject, fiscal: SchemaValidator, now: Int64) throws {
        var object = object
        let id = try Self.id(object["id"])
        object["id"] = nil
        order = try OrderContent(object, fiscal: fiscal).order(id: id, createdAt: now)
    }

    private static func id(_ value: JSONValue?) throws -> String {
        guard let value else { return UniqueID.make() }
        guard let text = value.stringValue, isID(text) else {
            throw Problem.invalid("id", "Must be 1 to 64 letters, digits and + - . / : _")
        }
        // Such an order would stand for a share of a group, and nobody could pay it.
        guard !PledgGateway.isOwnOrder(text) else {
            throw Problem.unprocessable("id", "Ids that begin so are taken by groups' purchases: choose another.")
        }
        return text
    }

    /// Whether an order may be called so.
    static func isID(_ text: String) -> Bool { (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isIDByte) }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
