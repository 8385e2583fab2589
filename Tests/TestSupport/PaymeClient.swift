public import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
public import StrictJSON

/// Payme, as a test plays it.
public struct PaymeClient: Sendable {
    public let url: String
    public var login = "Paycom"
    public var key: String
    /// What carries the calls; the shared one has a few connections.
    public var http = HTTPClient.shared

    public init(url: String, key: String) {
        self.url = url
        self.key = key
    }

    /// The bytes of an answer, for tests of byte-identical repeats.
    public struct Answer: Sendable, CustomStringConvertible {
        public let status: Int
        public let bytes: [UInt8]
        public let value: JSONValue

        public init(status: Int, bytes: [UInt8], value: JSONValue) {
            self.status = status
            self.bytes = bytes
            self.value = value
        }

        public var result: JSONValue? { value["result"] }
        public var code: Int64? { value["error"]?["code"]?.integerValue }
        public var data: String? { value["error"]?["data"]?.stringValue }
        public var text: String { String(decoding: bytes, as: UTF8.self) }
        public var description: String { "\(status) \(text)" }
    }

    public func send(_ body: [UInt8], headers: [(String, String)] = []) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        let credentials = Data("\(login):\(key)".utf8).base64EncodedString()
        request.headers.add(name: "authorization", value: "Basic \(credentials)")
        request.headers.add(name: "content-type", value: "application/json")
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await http.execute(request, timeout: .seconds(60))
        let bytes = Array(buffer: try await response.body.collect(upTo: 1 << 28))
        return Answer(
            status: Int(response.status.code), bytes: bytes, value: try JSONValue(parsing: bytes, limits: .generous))
    }

    public func call(_ method: String, _ params: JSONValue, id: JSONValue = 1) async throws -> Answer {
        try await send(JSONValue.object(["method": .string(method), "params": params, "id": id]).serialized())
    }

    public func check(_ order: String, _ amount: Int64 = 500_000) async throws -> Answer {
        try await call(
            "CheckPerformTransaction", ["amount": .integer(amount), "account": ["order_id": .string(order)]])
    }

    public func create(
        _ id: String, _ order: String, amount: Int64 = 500_000, time: Int64
    ) async throws -> Answer {
        try await call(
            "CreateTransaction",
            [
                "id": .string(id), "time": .integer(time), "amount": .integer(amount),
                "account": ["order_id": .string(order)],
            ])
    }

    public func perform(_ id: String) async throws -> Answer {
        try await call("PerformTransaction", ["id": .string(id)])
    }

    public func cancel(_ id: String, reason: Int64 = 5) async throws -> Answer {
        try await call("CancelTransaction", ["id": .string(id), "reason": .integer(reason)])
    }

    public func show(_ id: String) async throws -> Answer {
        try await call("CheckTransaction", ["id": .string(id)])
    }

    public func statement(from: Int64, to: Int64) async throws -> Answer {
        try await call("GetStatement", ["from": .integer(from), "to": .integer(to)])
    }

    /// A transaction id in Payme's form: 24 hexadecimal characters.
    public static func id(_ number: Int) -> String {
        let hex = String(number, radix: 16)
        return String(repeating: "0", count: 24 - hex.count) + hex
    }
}
