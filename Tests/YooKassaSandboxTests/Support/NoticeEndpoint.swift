import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON
import Synchronization

@testable import Sandbox

/// A merchant's endpoint for notifications, over real HTTP.
final class NoticeEndpoint: Sendable {
    struct Notice: Sendable {
        let body: JSONValue
        let sender: String?
        let headers: [String]

        var event: String? { body["event"]?.stringValue }
        var state: String? { body["object"]?["status"]?.stringValue }
        var id: String? { body["object"]?["id"]?.stringValue }
    }

    private let kept = Mutex<[Notice]>([])
    let url: String

    private init(_ url: String) { self.url = url }

    /// In the order in which they came.
    var notices: [Notice] { kept.withLock { $0 } }
    var events: [String] { notices.compactMap(\.event) }

    /// - Parameter statuses: what it answers, one after the other, the last for good.
    static func with<T: Sendable>(
        _ statuses: [Int], _ body: (NoticeEndpoint) async throws -> T
    ) async throws -> T {
        let holder = Mutex<NoticeEndpoint?>(nil)
        let router = Router()
        router.post("/hook") { request, _ in
            let bytes = try await request.body.collect(upTo: 1 << 18)
            let notice = Notice(
                body: (try? JSONValue(parsing: bytes.readableBytesView)) ?? .null,
                sender: request.headers[HTTPField.Name("X-Forwarded-For")!],
                headers: request.headers.map { $0.name.canonicalName })
            let before = holder.withLock { $0 }?.kept.withLock { kept in
                kept.append(notice)
                return kept.count - 1
            }
            return Response(status: .init(code: statuses[min(before ?? 0, statuses.count - 1)]))
        }
        return try await LoopbackServer.serving(router, port: 0) { url in
            let endpoint = NoticeEndpoint(url)
            holder.withLock { $0 = endpoint }
            return try await body(endpoint)
        }
    }
}
