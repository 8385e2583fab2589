import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What came of one request.
struct WireAnswer: Sendable {
    /// nil: no answer came.
    let status: Int?
    let bytes: [UInt8]
    /// One clause, if there was no answer.
    let failure: String?
    /// From the first byte sent to the last received.
    let microseconds: Int64

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Carries requests to the server, with limits on everything.
struct WireClient: Sendable {
    /// One for all sandboxes of the process; it lives as long as that. A redirect is no answer of a gateway.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(30))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private static let answerBytesMaximum = 4 << 20
    var seconds: Int64 = 30

    /// - Parameter authorization: nil: the call carries its proof in the body.
    func send(
        _ method: HTTPMethod, _ url: String, authorization: String?, headers: [(String, String)] = [],
        body: [UInt8]? = nil, contentType: String = "application/json"
    ) async -> WireAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let authorization { request.headers.add(name: "authorization", value: authorization) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "content-type", value: contentType)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        // How long it took is a stretch, not a point in time: the machine's own, whatever the sandbox's clock says.
        let begin = NIODeadline.now()
        do {
            let response = try await Self.http.execute(request, timeout: .seconds(seconds))
            let body = try await response.body.collect(upTo: Self.answerBytesMaximum)
            return WireAnswer(
                status: Int(response.status.code), bytes: Array(body.readableBytesView), failure: nil,
                microseconds: (NIODeadline.now() - begin).nanoseconds / 1_000)
        } catch {
            return WireAnswer(
                status: nil, bytes: [], failure: "\(type(of: error))",
                microseconds: (NIODeadline.now() - begin).nanoseconds / 1_000)
        }
    }
}
