import Specification
import StrictJSON

/// A JSON object that has the shape of a request.
struct RPCRequest {
    let id: JSONValue
    /// It came without an id, and the protocol wants no answer then.
    let isNotification: Bool
    let method: String
    let params: JSONObject

    /// A request object that is none.
    struct Fault: Error {
        let id: JSONValue
        let violation: SchemaViolation
    }

    init(_ object: JSONObject, _ rules: OpenRPCProtocol) throws(Fault) {
        var (version, id, method, params): (JSONValue?, JSONValue?, JSONValue?, JSONValue?)
        for (key, value) in object {
            switch key {
            case "jsonrpc": version = value
            case "id": id = value
            case "method": method = value
            case "params": params = value
            default: break
            }
        }
        guard let usableID = Self.usableID(id) else {
            throw Fault(id: .null, violation: .init(path: "id", message: "must be a string, a number or null"))
        }
        self.id = usableID
        isNotification = id == nil && rules.notifications == .silent
        if version != nil || rules.version == .required, version != .string("2.0") {
            throw Fault(id: usableID, violation: .init(path: "jsonrpc", message: #"must be "2.0""#))
        }
        guard case .string(let name) = method else {
            throw Fault(id: usableID, violation: .init(path: "method", message: "must be a string"))
        }
        self.method = name
        switch params {
        case .object(let object): self.params = object
        case nil where rules.params == .optional: self.params = [:]
        default: throw Fault(id: usableID, violation: .init(path: "params", message: "must be an object"))
        }
    }

    /// The id to repeat in the answer, null for an absent one; nil if it is of a type that no id can have.
    static func usableID(_ id: JSONValue?) -> JSONValue? {
        switch id {
        case nil: .null
        case .null, .integer, .number, .string: id
        case .bool, .array, .object: nil
        }
    }
}
