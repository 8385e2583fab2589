import HTTPTypes
import Hummingbird

/// Answers one busy path itself and leaves all others to the router: the gateway's calls need no search for a route.
struct HotRoute<Next: HTTPResponder>: HTTPResponder where Next.Context == TiyinRequestContext {
    private let path: String
    private let next: Next
    private let answer: @Sendable (Request, TiyinRequestContext) async -> Response

    init(
        path: String, next: Next, answer: @escaping @Sendable (Request, TiyinRequestContext) async -> Response
    ) {
        self.path = path
        self.next = next
        self.answer = answer
    }

    func respond(to request: Request, context: TiyinRequestContext) async throws -> Response {
        guard request.head.path == path, request.method != .head else {
            return try await next.respond(to: request, context: context)
        }
        return await answer(request, context)
    }
}
