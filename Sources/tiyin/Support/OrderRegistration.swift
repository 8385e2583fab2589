import NIOHTTP1
import Server
import StrictJSON

/// What `tiyin orders add` was told, in the form that the merchant API takes.
struct OrderBody {
    var id: String
    var kind: String
    var currency: String
    var amount: String?
    var minimum: String?
    var maximum: String?
    var description: String?

    var json: JSONValue {
        var object: JSONObject = ["id": .string(id), "kind": .string(kind), "currency": .string(currency)]
        for (name, value) in [("amount", amount), ("minimum", minimum), ("maximum", maximum)] {
            if let value { object[name] = ["value": .string(value), "currency": .string(currency)] }
        }
        if let description { object["description"] = .string(description) }
        return .object(object)
    }
}

/// Registers an order: in the database, or through the server that has it.
struct OrderRegistration {
    let settings: ServerSettings

    /// - Returns: a line for the user.
    func add(_ body: OrderBody) async throws -> String {
        try await MerchantServer.orDatabase(settings) { store in
            let answer = try await OrderRegistrar(store: store).register(body.json.serialized())
            return answer.isNew
                ? "order \(body.id) registered in \(settings.databasePath)"
                : "order \(body.id) was registered already"
        } overHTTP: { server in
            let answer = try await server.call(.POST, "/orders", body.json)
            switch answer.status {
            case 201: return "order \(body.id) registered"
            case 200: return "order \(body.id) was registered already"
            default: throw answer.complaint
            }
        }
    }
}
