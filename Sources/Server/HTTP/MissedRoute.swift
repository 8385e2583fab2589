import HTTPTypes
import Hummingbird

/// A path that is answered, with the methods that it takes.
struct KnownPath: Sendable {
    private let segments: [Substring]
    let methods: [HTTPRequest.Method]
    /// To others there is nothing here.
    let isForOperators: Bool

    /// - Parameter pattern: such as `/orders/{id}`.
    init(_ pattern: String, _ methods: [HTTPRequest.Method], isForOperators: Bool = false) {
        segments = pattern.split(separator: "/")
        self.methods = methods
        self.isForOperators = isForOperators
    }

    /// As it was given.
    var pattern: String { "/" + segments.joined(separator: "/") }

    func matches(_ path: String) -> Bool {
        let given = path.split(separator: "/")
        return given.count == segments.count && zip(segments, given).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// What is said where no route fits: 405 where the path is right and only the method is wrong, else 404.
struct MissedRoute<Context: RequestContext>: RouterMiddleware {
    let paths: [KnownPath]
    let operatorAccess: OperatorAccess

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let known = paths.first(where: { $0.matches(request.uri.path) }),
            !known.isForOperators || operatorAccess.admits(request, context)
        else {
            return Problem.nothingHere.response
        }
        return Problem.wrongMethod(allowed: known.methods).response
    }
}
