import Specification
import Testing

@Suite("merchant.openapi.yaml")
struct MerchantDocumentTests {
    @Test("has the operations of the merchant API, each with its scope")
    func operations() throws {
        let document = try Specifications.load().merchant
        let lines = document.operations.map { operation in
            "\(operation.method) \(operation.path) \(operation.scopes?.joined(separator: " ") ?? "nobody's")"
        }
        let wanted = [
            "POST /orders orders:write", "GET /orders orders:read", "GET /orders/{id} orders:read",
            "PATCH /orders/{id} orders:write", "POST /orders/{id}/cancel orders:write",
            "GET /transactions transactions:read", "GET /transactions/{id} transactions:read",
            "POST /transactions/{id}/cancel transactions:write", "POST /transactions/{id}/refund refunds:write",
            "GET /keys keys:read", "POST /keys keys:write", "DELETE /keys/{id} keys:write",
            "GET /openapi.yaml nobody's",
        ]
        for line in wanted { #expect(lines.contains(line), "\(line)") }
        let update = try #require(document.operations.first { $0.id == "updateOrder" })
        #expect(update.mediaTypes == ["application/merge-patch+json", "application/json"] && update.isRepeatable)
        let list = try #require(document.operations.first { $0.id == "listOrders" })
        #expect(list.query == ["limit", "cursor", "kind", "created_from", "created_to"] && !list.isRepeatable)
        #expect(document.problem(named: "order-busy")?.status == 409)
        #expect(document.problem(named: "http")?.status == nil)
    }

    private static let small = """
        openapi: 3.1.0
        info: {title: t}
        servers: [{url: /}]
        x-problems:
          bad: {status: 400, description: It is bad.}
        paths:
          /things/{id}:
            parameters:
              - {$ref: '#/components/parameters/Id'}
            post:
              operationId: change
              summary: Change it.
              security: [{key: [things:write]}]
              parameters:
                - {name: Idempotency-Key, in: header, description: d, schema: {}}
              requestBody: {$ref: '#/components/requestBodies/Thing'}
              responses: {'200': {}, '401': {}, '403': {}, '500': {}}
        components:
          securitySchemes:
            key: {type: http, scheme: bearer, description: d, x-scopes: {things:write: Change things.}}
          parameters:
            Id: {name: id, in: path, required: true, description: d, schema: {}}
          requestBodies:
            Thing: {content: {application/json: {}}}
          headers: {}
          responses: {}
          schemas:
            Scope: {enum: [things:write]}
            Problem: {properties: {type: {enum: ['urn:tiyin:problem:bad']}}}
        """

    @Test("a small one is read")
    func small() throws {
        let document = try MerchantSpecification(yaml: Array(Self.small.utf8), name: "test.yaml")
        let operation = try #require(document.operations.first)
        #expect(operation.id == "change" && operation.method == "POST" && operation.path == "/things/{id}")
        #expect(operation.scopes == ["things:write"] && operation.mediaTypes == ["application/json"])
        #expect(operation.statuses == [200, 401, 403, 500])
        #expect(document.document == Array(Self.small.utf8))
    }

    private static func broken(
        _ title: String, _ replace: String, _ with: String, at: Broken.Place, says: String
    ) -> Broken {
        Broken(title, in: small, replace, with, at: at, says: says)
    }

    static let refusals: [Broken] = [
        broken("no path parameter", "/things/{id}", "/things", at: "operationId", says: "placeholders of /things"),
        broken("no idempotency", "Idempotency-Key", "X-Key", at: "X-Key", says: "reads no such parameter"),
        broken(
            "a change that cannot be repeated",
            "      parameters:\n        - {name: Idempotency-Key, in: header, description: d, schema: {}}\n",
            "", at: "operationId", says: "change lacks the parameter Idempotency-Key"),
        broken(
            "an unknown scope", "[{key: [things:write]}]", "[{key: [things:read]}]", at: "things:read",
            says: "no scope things:read"),
        broken("another scheme", "[{key: [", "[{lock: [", at: "lock", says: "must be [] or the scopes of key"),
        broken("no scope at all", "[{key: [things:write]}]", "[{key: []}]", at: "key: []", says: "needs a scope"),
        broken("a missing 403", "'403': {}, ", "", at: "'401'", says: "lack one of 401, 403, 500"),
        broken("a status in words", "'200'", "default", at: "default", says: "`default` is no status"),
        broken("an unknown method", "    post:", "    fetch:", at: "operationId", says: "unknown key `fetch`"),
        broken(
            "an unknown keyword", "summary: Change it.", "summary: a\n      sumary: b", at: "sumary",
            says: "unknown key `sumary`"),
        broken(
            "a reference to nothing", "parameters/Id", "parameters/Name", at: "parameters/Name",
            says: "there is no #/components/parameters/Name"),
        broken(
            "a scope that the schema lacks", "enum: [things:write]", "enum: [things:read]", at: "enum: [things:read]",
            says: "Scope does not list things:write"),
        broken(
            "a problem that the schema lacks", "problem:bad", "problem:good", at: "problem:good",
            says: "does not list urn:tiyin:problem:bad"),
        broken("a success for a problem", "status: 400", "status: 200", at: "status: 200", says: "400 to 599"),
    ]

    @Test("a broken one is refused, with the line", arguments: refusals)
    func refused(document: Broken) throws {
        try document.expectRefusal { yaml throws(SpecificationError) in
            _ = try MerchantSpecification(yaml: yaml, name: "test.yaml")
        }
    }
}
