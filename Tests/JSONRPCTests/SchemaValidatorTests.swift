import JSONRPC
import Specification
import StrictJSON
import Testing

@Suite("A schema")
struct SchemaValidatorTests {
    /// schema | value | what is wrong, empty if nothing is
    @Test(
        "accepts what fits and names the first place that does not",
        arguments: table(
            """
            {}                                          | null                     |
            {}                                          | [1, {"a": 1.5}]          |
            {type: 'null'}                              | null                     |
            {type: 'null'}                              | 0                        | must be null
            {type: boolean}                             | true                     |
            {type: boolean}                             | 1                        | must be boolean
            {type: integer}                             | 5                        |
            {type: integer}                             | -5                       |
            {type: integer}                             | 99999999999999999999     |
            {type: integer}                             | -0                       |
            {type: integer}                             | 5.0                      | must be integer
            {type: integer}                             | 5e0                      | must be integer
            {type: integer}                             | 5E3                      | must be integer
            {type: integer}                             | "5"                      | must be integer
            {type: integer}                             | true                     | must be integer
            {type: integer, format: int64}              | 9223372036854775807      |
            {type: integer, format: int64}              | -9223372036854775808     |
            {type: integer, format: int64}              | 9223372036854775808      | must be a 64-bit integer
            {type: integer, format: int64}              | -0                       | must be a 64-bit integer
            {type: integer, minimum: 1}                 | 1                        |
            {type: integer, minimum: 1}                 | 0                        | must be at least 1
            {type: integer, minimum: 1}                 | 99999999999999999999     |
            {type: integer, minimum: 1}                 | -99999999999999999999    | must be at least 1
            {type: integer, minimum: 1}                 | -0                       | must be at least 1
            {type: integer, minimum: 0}                 | -0                       |
            {type: integer, maximum: 9}                 | 9                        |
            {type: integer, maximum: 9}                 | 10                       | must be at most 9
            {type: integer, maximum: 9}                 | 99999999999999999999     | must be at most 9
            {type: integer, maximum: 9}                 | -99999999999999999999    |
            {type: number}                              | 5                        |
            {type: number}                              | 5.5                      |
            {type: number}                              | 1e400                    |
            {type: number}                              | "5.5"                    | must be number
            {type: string}                              | ""                       |
            {type: string}                              | "a\\u0000"               | must not contain the character U+0000
            {type: string, minLength: 1}                | ""                       | must be at least 1 characters long
            {type: string, maxLength: 3}                | "abc"                    |
            {type: string, maxLength: 3}                | "abcd"                   | must be at most 3 characters long
            {type: string, maxLength: 3}                | "ёёё"                    |
            {type: string, maxLength: 1}                | "💳"                     |
            {type: string, maxLength: 1}                | "e\\u0301"               | must be at most 1 characters long
            {type: [string, 'null'], maxLength: 1}      | null                     |
            {type: [integer, 'null'], minimum: 1}       | null                     |
            {type: [string, integer]}                   | 5                        |
            {type: [string, integer]}                   | 5.5                      | must be integer or string
            {type: [string, integer]}                   | null                     | must be integer or string
            {const: true}                               | true                     |
            {const: true}                               | false                    | must be one of the listed values
            {const: 1}                                  | 1.0                      | must be one of the listed values
            {enum: [1, -1, x, null]}                    | -1                       |
            {enum: [1, -1, x, null]}                    | null                     |
            {enum: [1, -1, x, null]}                    | "X"                      | must be one of the listed values
            {type: array}                               | []                       |
            {type: array}                               | {}                       | must be array
            {type: array, minItems: 1}                  | []                       | must have 1 items or more
            {type: array, maxItems: 2}                  | [1, 2]                   |
            {type: array, maxItems: 2}                  | [1, 2, 3]                | must have 2 items or fewer
            {type: array, items: {type: integer}}       | [1, 2]                   |
            {type: array, items: {type: integer}}       | [1, "2"]                 | [1] must be integer
            {type: object}                              | {"a": 1}                 |
            {type: object}                              | []                       | must be object
            {type: object}                              | null                     | must be object
            """))
    func value(_ schema: String, _ value: String, _ expected: String) throws {
        #expect(try violation(schema, value) == expected)
    }

    @Test(
        "looks into objects and lists",
        arguments: table(
            """
            {"id": "x"}                                     |
            {"id": "x", "rows": []}                         |
            {"id": "x", "rows": [{"num": 1}, {"num": 2}]}   |
            {"id": "x", "more": {"anything": [1]}}          |
            {}                                              | id is missing
            {"id": null}                                    | id must be string
            {"rows": [], "id": 5}                           | id must be string
            {"id": "x", "rows": [{"num": 1}, {}]}           | rows[1].num is missing
            {"id": "x", "rows": [{"num": "1"}]}             | rows[0].num must be integer
            {"id": "x", "rows": [{"num": 1, "m": 2}]}       | rows[0] must not have other members
            {"id": "x", "rows": [5]}                        | rows[0] must be object
            {"id": "x", "grid": [[1], [2, true]]}           | grid[1][1] must be integer
            {"id": "x", "rows": null}                       | rows must be array
            """, columns: 2))
    func nested(_ value: String, _ expected: String, _ unused: String) throws {
        let schema = """
            {type: object, required: [id], properties: {
              id: {type: string},
              grid: {type: array, items: {type: array, items: {type: integer}}},
              rows: {type: array, items: {
                type: object, additionalProperties: false, required: [num], properties: {num: {type: integer}}}}}}
            """
        #expect(try violation(schema, value) == expected)
    }

    private func violation(_ schema: String, _ value: String) throws -> String {
        let validator = SchemaValidator(try Self.schema(schema))
        return try validator.firstViolation(in: JSONValue(parsing: value))?.description ?? ""
    }

    /// A schema by itself is no document, so it is read as the result of the shop's first method.
    private static func schema(_ yaml: String) throws -> JSONSchema {
        let line = yaml.split(separator: "\n").map { String($0) }.joined(separator: " ")
        let text = Shop.plain.yaml.replacing("schema: {type: 'null'}}", with: "schema: \(line)}")
        let document = try OpenRPCDocument(yaml: Array(text.utf8), name: "test.yaml")
        return try #require(document.method(named: "Later")).result
    }
}

/// The cells of a table, one row a line, its columns parted by a bar.
private func table(_ text: String, columns: Int = 3) -> [(String, String, String)] {
    text.split(separator: "\n").map { row in
        var cells = row.split(separator: "|", omittingEmptySubsequences: false).map { cell in
            String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        precondition(cells.count == columns, "a row of the table has other columns: \(row)")
        while cells.count < 3 { cells.append("") }
        return (cells[0], cells[1], cells[2])
    }
}
