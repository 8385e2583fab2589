import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Server
import Storage
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

    /// Another tool lets go of the database in a moment; a server stays, and answers.
    /// - Returns: a line for the user.
    func add(_ body: OrderBody) async throws -> String {
        var attempt = 1
        while true {
            do {
                return try await addToDatabase(body)
            } catch  where DatabaseAccess.isInUse(error) {
                do {
                    return try await addOverHTTP(body)
                } catch let silence as NoAnswer {
                    guard attempt < 50 else { throw SettingsError(silence.sentence) }
                }
            }
            attempt += 1
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Whoever has the database, it is no server that we can talk to.
    private struct NoAnswer: Error {
        let sentence: String
    }

    private func addToDatabase(_ body: OrderBody) async throws -> String {
        let store = try await DatabaseAccess.writable(settings, logger: Logs.quiet)
        let answer: OrderRegistrar.Answer
        do {
            answer = try await OrderRegistrar(store: store).register(body.json.serialized())
        } catch {
            await store.engine.close()
            throw error
        }
        await store.engine.close()
        return answer.isNew
            ? "order \(body.id) registered in \(settings.databasePath)" : "order \(body.id) was registered already"
    }

    private func addOverHTTP(_ body: OrderBody) async throws -> String {
        guard let key = settings.merchantKey else {
            throw NoAnswer(
                sentence: "a server has the database, and without MERCHANT_API_KEY its merchant API cannot be used")
        }
        let scheme = settings.tls == nil ? "http" : "https"
        let isEverywhere = settings.host == "0.0.0.0" || settings.host == "::"
        let host = isEverywhere ? "127.0.0.1" : settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        var request = HTTPClientRequest(url: "\(scheme)://\(host):\(settings.port)/orders")
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        request.headers.add(name: "idempotency-key", value: UUID().uuidString)
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body.json.serialized()))
        let (status, text): (UInt, JSONValue)
        do {
            (status, text) = try await send(request)
        } catch {
            throw NoAnswer(
                sentence: "the server at \(host):\(settings.port) has the database but does not answer: \(error)")
        }
        switch status {
        case 201: return "order \(body.id) registered"
        case 200: return "order \(body.id) was registered already"
        default:
            let field = text["field"]?.stringValue.map { "\($0): " } ?? ""
            throw SettingsError("\(field)\(text["detail"]?.stringValue ?? "the server said \(status)")")
        }
    }

    private func send(_ request: HTTPClientRequest) async throws -> (UInt, JSONValue) {
        var configuration = HTTPClient.Configuration(tlsConfiguration: try settings.tls?.clientConfiguration())
        // On this machine a server is there or it is not.
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) {
            let response = try await $0.execute(request, timeout: .seconds(10))
            let body = try await response.body.collect(upTo: 1 << 20)
            return (response.status.code, try JSONValue(parsing: Array(buffer: body)))
        }
    }
}
