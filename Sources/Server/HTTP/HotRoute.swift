import HTTPTypes
import Hummingbird

/// A busy path, with what answers it.
struct HotRoute: Sendable {
    let path: String
    /// Nil: any but HEAD.
    let method: HTTPRequest.Method?
    let answer: @Sendable (Request, TiyinRequestContext) async -> Response

    func takes(_ request: Request) -> Bool {
        request.head.path == path && (method.map { $0 == request.method } ?? (request.method != .head))
    }
}

/// Answers busy paths itself and leaves all others to the router: a gateway's calls need no search for a route.
struct HotRoutes<Next: HTTPResponder>: HTTPResponder where Next.Context == TiyinRequestContext {
    private let routes: [HotRoute]
    private let next: Next

    init(_ routes: [HotRoute], next: Next) {
        self.routes = routes
        self.next = next
    }

    func respond(to request: Request, context: TiyinRequestContext) async throws -> Response {
        for route in routes where route.takes(request) { return await route.answer(request, context) }
        return try await next.respond(to: request, context: context)
    }
}
