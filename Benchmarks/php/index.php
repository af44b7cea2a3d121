<?php

// The profile image endpoint for comparison with portraitd: PHP-FPM, gd and SQLite, in the usual style.
// PUT: body → centre square → 256×256 → upright → JPEG q70 → file → row. GET: row → JSON.

declare(strict_types=1);

const SIDE = 256;
const QUALITY = 70;
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_PIXELS = 64_000_000;

try {
    answer(match ($_SERVER['REQUEST_METHOD']) {
        'GET' => currentImage(authenticatedUser('profile:read')),
        'PUT' => replaceImage(authenticatedUser('profile:write'), file_get_contents('php://input')),
        default => throw new Refusal(405, 'Only GET and PUT are allowed.'),
    });
} catch (Refusal $refusal) {
    answer(['status' => $refusal->getCode(), 'detail' => $refusal->getMessage()], $refusal->getCode());
}

class Refusal extends Exception
{
    public function __construct(int $status, string $detail)
    {
        parent::__construct($detail, $status);
    }
}

function currentImage(string $user): array
{
    return findImage(database(), $user) ?? throw new Refusal(404, 'There is no profile image.');
}

function replaceImage(string $user, string $body): array
{
    $jpeg = profileImage($body);
    $id = bin2hex(random_bytes(16));
    $path = path($id);
    if (file_put_contents("$path.new", $jpeg) !== strlen($jpeg) || !flushed("$path.new") || !rename("$path.new", $path)) {
        throw new Refusal(500, 'The image could not be stored.');
    }
    // PHP cannot open a folder to flush it; on a file system with a journal the flush of the file commits its new name too.
    flushed($path);

    $database = database();
    $old = findImage($database, $user);
    $database->prepare(
        'INSERT INTO profile_image (user_id, id, width, height, byte_count, created_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, width = excluded.width, height = excluded.height,
             byte_count = excluded.byte_count, created_at = excluded.created_at'
    )->execute([$user, $id, SIDE, SIDE, strlen($jpeg), gmdate('Y-m-d\TH:i:s\Z')]);
    if ($old !== null) {
        unlink(path($old['id']));
    }
    return findImage($database, $user);
}

/** The body as an upright square JPEG. */
function profileImage(string $body): string
{
    if (strlen($body) > MAX_BYTES) {
        throw new Refusal(413, 'The image has more than ' . MAX_BYTES . ' bytes.');
    }
    $header = @getimagesizefromstring($body);
    if ($header === false) {
        throw new Refusal(415, 'The body is no image.');
    }
    [$width, $height] = $header;
    if ($width * $height > MAX_PIXELS) {
        throw new Refusal(413, 'The image has more than ' . MAX_PIXELS . ' pixels.');
    }
    $photograph = @imagecreatefromstring($body) ?: throw new Refusal(415, 'The image could not be decoded.');

    $square = min($width, $height);
    $left = intdiv($width - $square, 2);
    $top = intdiv($height - $square, 2);
    $image = imagecreatetruecolor(SIDE, SIDE);
    imagecopyresampled($image, $photograph, 0, 0, $left, $top, SIDE, SIDE, $square, $square);
    if ($header['mime'] === 'image/jpeg') {
        $image = upright($image, orientation($body));
    }

    ob_start();
    imagejpeg($image, null, QUALITY);
    return ob_get_clean();
}

/** The EXIF orientation, 1 to 8. */
function orientation(string $jpeg): int
{
    $stream = fopen('php://memory', 'r+b');
    fwrite($stream, $jpeg);
    rewind($stream);
    $exif = @exif_read_data($stream);
    return (int) ($exif['Orientation'] ?? 1);
}

// Rotates the small square, not the photograph, which is cheaper.
function upright(GdImage $image, int $orientation): GdImage
{
    $degrees = [3 => 180, 4 => 180, 5 => 270, 6 => 270, 7 => 90, 8 => 90][$orientation] ?? 0;
    if ($degrees !== 0) {
        $image = imagerotate($image, $degrees, 0);
    }
    if (in_array($orientation, [2, 4, 5, 7], true)) {
        imageflip($image, IMG_FLIP_HORIZONTAL);
    }
    return $image;
}

/** Waits until the file survives a power loss, if PROFILE_FLUSH is set. */
function flushed(string $path): bool
{
    return !getenv('PROFILE_FLUSH') || fsync(fopen($path, 'r+b'));
}

function path(string $id): string
{
    return getenv('PROFILE_IMAGES') . "/$id.jpg";
}

function database(): PDO
{
    // Persistent: a child opens the database once, not once per request.
    $database = new PDO('sqlite:' . getenv('PROFILE_DATABASE'), options: [PDO::ATTR_PERSISTENT => true]);
    $database->exec('PRAGMA synchronous = ' . (getenv('PROFILE_FLUSH') ? 'FULL' : 'NORMAL'));
    return $database;
}

function findImage(PDO $database, string $user): ?array
{
    $query = $database->prepare(
        'SELECT id, user_id, width, height, byte_count, created_at FROM profile_image WHERE user_id = ?'
    );
    $query->execute([$user]);
    $row = $query->fetch(PDO::FETCH_ASSOC);
    $query->closeCursor();
    if ($row === false) {
        return null;
    }
    return [
        'id' => $row['id'],
        'userId' => $row['user_id'],
        'imageUrl' => "http://{$_SERVER['HTTP_HOST']}/images/{$row['id']}.jpg",
        'width' => $row['width'],
        'height' => $row['height'],
        'format' => 'jpeg',
        'byteCount' => $row['byte_count'],
        'createdAt' => $row['created_at'],
    ];
}

/** The user of the bearer token, which must be a JWT signed with HS256, not expired, with the scope. */
function authenticatedUser(string $scope): string
{
    $authorization = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
    $parts = explode('.', str_starts_with($authorization, 'Bearer ') ? substr($authorization, 7) : '');
    if (count($parts) !== 3) {
        throw new Refusal(401, 'A bearer token is needed.');
    }
    [$header, $payload, $signature] = array_map(base64URLDecode(...), $parts);
    $expected = hash_hmac('sha256', "$parts[0].$parts[1]", getenv('PROFILE_JWT_SECRET'), true);
    if ((json_decode($header, true)['alg'] ?? null) !== 'HS256' || !hash_equals($expected, $signature)) {
        throw new Refusal(401, 'The token is not signed by us.');
    }
    $claims = json_decode($payload, true);
    if (!is_string($claims['sub'] ?? null) || ($claims['exp'] ?? 0) <= time() || ($claims['nbf'] ?? 0) > time()) {
        throw new Refusal(401, 'The token is not valid now.');
    }
    if (!in_array($scope, explode(' ', $claims['scope'] ?? ''), true)) {
        throw new Refusal(403, "The token lacks the scope $scope.");
    }
    return $claims['sub'];
}

function base64URLDecode(string $text): string
{
    return (string) base64_decode(strtr($text, '-_', '+/'), true);
}

function answer(array $content, int $status = 200): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($content, JSON_UNESCAPED_SLASHES);
}
