import HTTPTypes
import Hummingbird
import Specification

/// The operations of `merchant.openapi.yaml`, each with the code that carries it out.
struct MerchantBinding: Sendable {
    /// Carries out one operation.
    typealias Handler = @Sendable (MerchantRoutes, MerchantCall) async throws -> MerchantAnswer

    struct Operation: Sendable {
        let specification: MerchantSpecification.Operation
        let method: HTTPRequest.Method
        let handler: Handler
    }

    let operations: [Operation]
    let specification: MerchantSpecification

    /// - Throws: ``SettingsError`` if an operation has no handler, or a handler no operation.
    init(_ specification: MerchantSpecification, _ handlers: [String: Handler]) throws {
        let ids = Set(specification.operations.map(\.id))
        if let stray = handlers.keys.sorted().first(where: { !ids.contains($0) }) {
            throw SettingsError("merchant.openapi.yaml has no operation \(stray), which the program would carry out")
        }
        self.specification = specification
        operations = try specification.operations.map { operation in
            guard let handler = handlers[operation.id], let method = HTTPRequest.Method(operation.method) else {
                throw SettingsError(
                    "the program cannot carry out the operation \(operation.id) of merchant.openapi.yaml")
            }
            return Operation(specification: operation, method: method, handler: handler)
        }
    }

    /// For answers where the path is right and the method is wrong.
    var knownPaths: [KnownPath] {
        var methods: [String: [HTTPRequest.Method]] = [:]
        for operation in operations {
            let isGet = operation.method == .get
            methods[operation.specification.path, default: []] += isGet ? [.get, .head] : [operation.method]
        }
        return methods.sorted { $0.key < $1.key }.map { path, methods in
            KnownPath(path, methods.sorted { Self.rank($0) < Self.rank($1) })
        }
    }

    private static func rank(_ method: HTTPRequest.Method) -> Int {
        [.get, .head, .post, .put, .patch, .delete].firstIndex(of: method) ?? .max
    }
}
